"""Drawn values: near misses earn their code, and right ones are accepted."""

from conformance.chapter import Chapter

test_generated = Chapter("generated")
