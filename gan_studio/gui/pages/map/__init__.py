"""The Map page: the latent space as a place to walk in."""

from gan_studio.gui.pages.map.page import MapPage

__all__ = ["MapPage"]
