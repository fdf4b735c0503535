"""Executes notebooks and keeps what they show: `python tests/notebooks.py notebooks/00_first_graph.ipynb …`.

The .ipynb is the one source of a notebook. To write one, or to change one:

1. Edit it in JupyterLab, or write it as a script that jupytext makes a notebook of; only the .ipynb is kept.
2. Run this program on it. Its cells are executed in a fresh kernel, in the notebook's folder, and the file is written
   anew with their outputs, the same bytes on every run. Where a cell fails, or warns, the file stays as it was.
3. Look at it as a reader without JavaScript does: `jupyter nbconvert --to html`, and a browser 1000 pixels wide.
4. `ruff check notebooks`, `ruff format notebooks`, and `pytest tests/test_notebooks.py -k first_graph`, which runs it
   once more and compares texts. Pictures and HTML may differ between machines, so their bytes are not compared: what
   matters in them has to stand in a text, too.

What makes it work everywhere: seed what is random; print no times and no more digits than any machine's `exp` gets
right; end a cell on `;` where its value has an address; show a refusal by `except … as error: print(error)`, not by a
traceback; print before a picture or after it, not both; write files to a temporary folder. No Korean in plots, for
which matplotlib's font has no letters, but in headings: `## Loss function · 손실 함수`. The end is a cell of exercises,
which says what comes next. A notebook runs within 15 seconds, and its file has less than 300 kB.
"""

from __future__ import annotations

import os
import re
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import matplotlib.font_manager  # noqa: F401, where it builds its list of fonts, it says so here, not in a notebook
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from PIL import Image

FORMAT = {"nbformat": 4, "nbformat_minor": 5}
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
COMPARED = ("text/plain", "text/markdown", "text/latex")
ESTIMATED_ERROR = re.compile(r"± \S+")  # of differences: rounding, which depends on the machine's exp and tanh
CHANGING = re.compile(r" at 0x[0-9a-fA-F]+|ipykernel_\d+|/tmp/\S*")


def read(path: Path) -> Any:
    """The notebook as it is kept."""
    return nbformat.read(path, as_version=4)


def executed(path: Path) -> Any:
    """The notebook executed from top to bottom by this interpreter. Raises CellExecutionError where a cell fails."""
    notebook = read(path)
    kernel = AsyncKernelManager(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))  # of no one's own settings
    client = NotebookClient(
        notebook,
        km=kernel,
        timeout=300,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    with TemporaryDirectory() as scratch:
        client.execute(env=_environment(scratch), cleanup_kc=True)
    return notebook


def _environment(scratch: str) -> dict[str, str]:
    """The variables of a kernel that leaves nothing behind, and is not told by the user's settings what to do."""
    own = {"IPYTHONDIR": scratch, "HYPOTHESIS_STORAGE_DIRECTORY": scratch}
    return os.environ | own | {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}


def written(notebook: Any) -> str:
    """The notebook as its file: nothing in it but cells, outputs and what viewers need to know."""
    for number, cell in enumerate(notebook.cells):
        cell.id, cell.metadata = f"{number:02}", {}
    return nbformat.writes(nbformat.from_dict(FORMAT | {"metadata": METADATA, "cells": notebook.cells})) + "\n"


def small(notebook: Any) -> Any:
    """The notebook with pictures of at most 128 colours: plots look the same, and take a third of the space."""
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        if picture := output.get("data", {}).get("image/png"):
            output.data["image/png"] = _with_palette(picture)
    return notebook


def _with_palette(picture: str) -> str:
    image, file = Image.open(BytesIO(b64decode(picture))).convert("RGB"), BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return b64encode(file.getvalue()).decode()


def said(notebook: Any) -> list[list[dict[str, str]]]:
    """What each cell shows, as text; of pictures and pages, that they are there."""
    return [[_said(output) for output in cell.get("outputs", [])] for cell in notebook.cells]


def _said(output: Any) -> dict[str, str]:
    parts = {output.name: output.text} if output.output_type == "stream" else output.get("data", {})
    shown = {kind: text if kind in (*COMPARED, "stdout", "stderr") else "" for kind, text in parts.items()}
    return {kind: ESTIMATED_ERROR.sub("± …", text) for kind, text in shown.items()}


def flaws(notebook: Any) -> Iterator[str]:
    """What no reader should see: errors, warnings, and words that are others on every run."""
    for number, outputs in enumerate(said(notebook)):
        for kind, text in (item for output in outputs for item in output.items()):
            if kind == "stderr":
                yield f"cell {number} writes to stderr: {text}"
            if found := CHANGING.search(text):
                yield f"cell {number} shows {found[0].strip()}, which is another on every run"


def main(paths: list[str]) -> None:
    """Execute each, and write it anew if there is nothing wrong with it."""
    for path in map(Path, paths):
        notebook = executed(path)
        if found := list(flaws(notebook)):
            sys.exit("\n".join([f"{path} is left as it was:", *found]))
        path.write_text(written(small(notebook)), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
