"""A run: what it rests on, its pytest session, and what is kept of it for its reports."""
