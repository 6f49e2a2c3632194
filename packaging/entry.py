"""Where both executables of the packaged program begin."""

import sys

from gan_studio.__main__ import main

sys.exit(main())
