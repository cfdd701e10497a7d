"""Judges exchanges: no clock, no file, no socket."""
