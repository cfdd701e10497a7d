"""The same request earns the same answer."""

from conformance.chapter import Chapter

test_stability = Chapter("stability")
