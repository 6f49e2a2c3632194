"""Live plots over thinned histories."""
