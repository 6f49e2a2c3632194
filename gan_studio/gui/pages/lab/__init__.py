"""The Lab: see D and G move, on a line and on a plane."""

from gan_studio.gui.pages.lab.page import LabPage

__all__ = ["LabPage"]
