"""Data sets: one file per kind, registered in `DATASETS` (see `gan_studio.data.base`)."""
