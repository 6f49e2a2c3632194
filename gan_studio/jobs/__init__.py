"""How work is run, without Qt."""
