"""A progress bar, where someone looks."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Any

from autograd.errors import not_installed


def progress_bar(steps: int, done: int, wanted: bool | None) -> Any:
    """tqdm's bar over `steps`, `done` of which are behind; None where none is `wanted`.

    `wanted` None means: where stderr is a terminal, if tqdm is installed, or in a notebook, if ipywidgets is too:
    without it every move of the bar would be a line of stderr on the page.

    Raises ImportError where a bar is wanted and tqdm is not installed.

    >>> progress_bar(10, 0, wanted=False) is None
    True
    """
    notebook = "ipykernel" in sys.modules
    if wanted is None:
        terminal = sys.stderr is not None and sys.stderr.isatty()  # None in programs without a console
        seen = find_spec("ipywidgets") is not None if notebook else terminal
        wanted = seen and find_spec("tqdm") is not None
    if not wanted:
        return None
    try:
        if notebook and find_spec("ipywidgets"):
            from tqdm.notebook import tqdm
        else:
            from tqdm import tqdm
    except ImportError:
        raise not_installed("progress=True", "tqdm", "train") from None
    return tqdm(total=steps, initial=done, unit="batch", leave=notebook)
