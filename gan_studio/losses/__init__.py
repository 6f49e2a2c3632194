"""Adversarial losses and penalties: one file each (see `gan_studio.losses.base`)."""
