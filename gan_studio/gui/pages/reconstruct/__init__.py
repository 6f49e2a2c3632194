"""The Reconstruct page: what is lost, where, in which model?"""

from gan_studio.gui.pages.reconstruct.page import ReconstructPage

__all__ = ["ReconstructPage"]
