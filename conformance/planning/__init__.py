"""Contract, surface and profile make cases."""
