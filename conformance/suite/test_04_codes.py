"""Error Codes: each condition earns its code, status and FieldName."""

from conformance.chapter import Chapter

test_codes = Chapter("codes")
