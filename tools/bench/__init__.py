"""What a run costs beside the least that it could cost: `python -m tools.bench`."""
