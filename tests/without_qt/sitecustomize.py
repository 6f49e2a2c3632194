"""Makes an interpreter, and all that it starts, behave as if Qt were not installed.

Python imports a module of this name when it starts, if it finds one; `packaging/bootstrap.py test`
puts this folder into PYTHONPATH for the job that shows that the program works without its window.
"""

from importlib.machinery import PathFinder

HIDDEN = frozenset({"PySide6", "shiboken6", "pyqtgraph", "pytestqt"})

_find_spec = PathFinder.find_spec


def _find_unless_hidden(_finder, fullname, path=None, target=None):
    # "Not found", not an error: the import then fails as it does where Qt is not installed, and
    # `importlib.util.find_spec` answers None.
    return None if fullname.partition(".")[0] in HIDDEN else _find_spec(fullname, path, target)


# A class method as the original is: pytest keeps it in a class of its own and calls it from there.
PathFinder.find_spec = classmethod(_find_unless_hidden)
