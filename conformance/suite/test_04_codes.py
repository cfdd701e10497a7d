"""Error Codes: each condition earns its code, status and FieldName."""

from conformance.session.chapter import Chapter

test_codes = Chapter("codes")
