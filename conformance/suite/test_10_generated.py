"""Drawn values: near misses earn their code, and right ones are accepted."""

from conformance.session.chapter import Chapter

test_generated = Chapter("generated")
