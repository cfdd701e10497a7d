"""HTTP Status Codes, 401: missing and wrong credentials."""

from conformance.chapter import Chapter

test_credentials = Chapter("credentials")
