"""HTTP Status Codes, 401: missing and wrong credentials."""

from conformance.session.chapter import Chapter

test_credentials = Chapter("credentials")
