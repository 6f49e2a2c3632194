"""The Train page: is it learning, and is it healthy?"""

from gan_studio.gui.pages.train.page import TrainPage

__all__ = ["TrainPage"]
