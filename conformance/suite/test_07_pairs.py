"""Two faults at once: the answer names one of them."""

from conformance.session.chapter import Chapter

test_pairs = Chapter("pairs")
