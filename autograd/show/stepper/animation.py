"""The frames one after another, as a GIF."""

from __future__ import annotations

import os
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from autograd.files import suffix_of, write_whole
from autograd.show.stepper.frames import Playback
from autograd.show.stepper.stills import stills
from autograd.value import Value

SHORTEST, LONGEST = 0.02, 600.0  # seconds: what viewers keep to, and what a GIF can say


def animate(
    v: Value, path: str | os.PathLike[str], names: Mapping[str, Any] | None = None, *, seconds: float = 1.0
) -> Path:
    """Write the forward and the backward pass of v as an animated GIF, each step shown for some `seconds`, in a loop.

    `names`, such as `locals()`, names nodes that have no label.

    Raises what `step_through` raises; ValueError where the suffix is not .gif or `seconds` are not between 0.02 and
    600; ImportError where Pillow is not installed; RenderError where no Graphviz is; OSError where the file can't be
    written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     animate(Value(3.0, label="x") ** 2, f"{folder}/square.gif").read_bytes()[:6]
    b'GIF89a'
    """
    path = Path(path)
    suffix_of(path, [".gif"], "animate")
    if not SHORTEST <= seconds <= LONGEST:
        raise ValueError(f"animate: seconds={seconds!r} must be from {SHORTEST} to {LONGEST:g}")
    Image = _pillow()
    playback = Playback(v, names, "animate")
    drawn = [Image.open(BytesIO(png)).convert("RGB") for png in stills(playback, range(len(playback.frames)), "png")]
    width, height = (max(side) for side in zip(*(picture.size for picture in drawn), strict=True))
    pictures = [Image.new("RGB", (width, height), "white") for _ in drawn]
    for picture, still in zip(pictures, drawn, strict=True):
        picture.paste(still)
    film = BytesIO()
    first, *rest = pictures
    first.save(film, "GIF", save_all=True, append_images=rest, duration=round(1000 * seconds), loop=0)
    write_whole(path, film.getvalue())
    return path


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError as error:
        raise ImportError("animate: Pillow is not installed: pip install pillow", name=error.name) from error
    return Image
