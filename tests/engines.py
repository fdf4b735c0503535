"""The engines that replay is tested with: NumPy, and numba where it is installed.

Where numba is missing it is left out, unless the environment variable AUTOGRAD_NUMBA is "required".
"""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest

ENGINES = ["numpy", "numba"]
if not find_spec("numba"):
    if os.environ.get("AUTOGRAD_NUMBA") == "required":
        raise RuntimeError('replay by numba is not tested, for it is not installed: pip install -e ".[fast]"')
    ENGINES.remove("numba")

every_engine = pytest.mark.parametrize("engine", ENGINES)
