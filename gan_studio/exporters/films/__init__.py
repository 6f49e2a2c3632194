"""Films of walks: one file per format."""
