"""Every operation fuzzed by Schemathesis, and judged by this contract."""

from conformance.session.chapter import Chapter

test_fuzz = Chapter("fuzz")
