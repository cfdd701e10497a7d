"""HTTP Status Codes: unknown paths and methods, unreadable bodies, a failure of the server."""

from conformance.session.chapter import Chapter

test_statuses = Chapter("statuses")
