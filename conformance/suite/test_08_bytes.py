"""Everything else that HTTP can send: unreadable bodies, odd encodings, odd targets, wrong types."""

from conformance.session.chapter import Chapter

test_bytes = Chapter("bytes")
