"""Families of models: one file per family, registered in `FAMILIES` (see `models.base`)."""
