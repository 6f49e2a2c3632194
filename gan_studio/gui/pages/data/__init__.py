"""The Data page: is my data what I think it is?"""

from gan_studio.gui.pages.data.page import DataPage

__all__ = ["DataPage"]
