"""Sequences of requests, and what each must come to."""

from conformance.chapter import Chapter

test_sequences = Chapter("sequences")
