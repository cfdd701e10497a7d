"""The same request earns the same answer."""

from conformance.session.chapter import Chapter

test_stability = Chapter("stability")
