"""What a run rests on, read and held against its meta-schemas: contract, surface, profile."""
