"""Cases whose values Hypothesis and Schemathesis draw."""
