"""Ways to take a model away: one file per format."""
