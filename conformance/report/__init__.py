"""Turns the results of a run into reports.

Everything here reads two kinds of plain documents, one for each case and one for the run, and knows nothing of how they
came about. Judging is over by then: no report changes a verdict.
"""
