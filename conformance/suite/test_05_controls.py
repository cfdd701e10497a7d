"""What has no fault is accepted, and takes effect."""

from conformance.session.chapter import Chapter

test_controls = Chapter("controls")
