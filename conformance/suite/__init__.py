"""The tests that are put to a target, in the order of the errors page."""
