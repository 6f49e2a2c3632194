"""GAN Studio: see, train, understand and use generative models.

Importing the package loads neither torch nor Qt.
"""

import os

__version__ = "0.1.0"

# OpenMP reads this once, when torch is loaded. With the default (spinning) policy two compute
# threads beside any other busy process were measured 7 to 57 times slower than one; waiting
# passively removes that collapse. A person's own setting wins.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
