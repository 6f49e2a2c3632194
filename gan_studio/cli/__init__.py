"""The command line: one file per sub-command.

`main` and every ``--help`` answer without torch; a command imports it when it starts to work.
"""

from gan_studio.cli.app import main

__all__ = ["main"]
