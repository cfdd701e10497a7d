"""Response and Response Parameters: JSON, and the envelope, whatever is asked for."""

from conformance.session.chapter import Chapter

test_envelope = Chapter("envelope")
