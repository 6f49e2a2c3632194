"""The Draw panel: a picture drawn by hand, squeezed through every model while it is drawn."""

from gan_studio.gui.pages.reconstruct.pad.panel import DrawPanel

__all__ = ["DrawPanel"]
