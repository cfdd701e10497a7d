"""Sequences of requests, and what each must come to."""

from conformance.session.chapter import Chapter

test_sequences = Chapter("sequences")
