"""Certifies that an HTTP API keeps one documented error contract."""

__version__ = "0.1.0"
