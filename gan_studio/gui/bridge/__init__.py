"""Where Qt meets jobs."""
