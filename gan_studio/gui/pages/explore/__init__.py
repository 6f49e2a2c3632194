"""The Explore page: what does the latent space hold?"""

from gan_studio.gui.pages.explore.page import ExplorePage

__all__ = ["ExplorePage"]
