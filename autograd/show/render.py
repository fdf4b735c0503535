"""Draws DOT text with the Graphviz that the machine has.

A system `dot` program comes first, then pygraphviz, whose wheels carry Graphviz itself. The environment
variable AUTOGRAD_RENDERER ("dot" or "pygraphviz") names the engine outright.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec

ENGINES = ("dot", "pygraphviz")
FORMATS = ("svg", "png", "pdf", "dot")

_INSTALL = (
    "install one with: pip install pygraphviz (its wheels carry Graphviz), "
    "or: apt install graphviz, brew install graphviz, winget install graphviz"
)


class RenderError(RuntimeError):
    """No engine can draw, or the engine refused what it was given."""


def render(source: str, format: str = "svg") -> bytes:
    """Draw DOT text: the bytes of an SVG, PNG or PDF file; the format "dot" is the text itself.

    Raises ValueError for another format, RenderError where no engine is installed or the engine refuses the text.

    >>> render("digraph { a -> b }").startswith(b"<?xml")
    True
    >>> render("digraph { a -> b }", format="dot")
    b'digraph { a -> b }'
    """
    (drawing,) = render_all([source], format)
    return drawing


def render_all(sources: Sequence[str], format: str = "svg") -> list[bytes]:
    """Draw several DOT texts, in less time than one by one; otherwise as `render`."""
    if format not in FORMATS:
        raise ValueError(f"render: format {format!r} is not one of {', '.join(FORMATS)}")
    # A lone surrogate (from a file name, say) has no UTF-8 form; a "?" in a label beats no drawing at all.
    texts = [source.encode(errors="replace") for source in sources]
    if format == "dot":
        return texts
    draw = _draw_with_dot if engine() == "dot" else _draw_with_pygraphviz
    drawings = draw(texts, format)
    if not all(drawings):
        raise RenderError('render: the DOT text holds no graph; write one, as in "digraph { a -> b }"')
    return drawings


def engine() -> str:
    """Name the engine that `render` uses on this machine.

    Raises RenderError where there is none, ValueError where AUTOGRAD_RENDERER names no engine.

    >>> engine() in ENGINES
    True
    """
    forced = os.environ.get("AUTOGRAD_RENDERER")
    if forced and forced not in ENGINES:
        raise ValueError(f"render: AUTOGRAD_RENDERER={forced!r} is not one of {', '.join(ENGINES)}")
    for name in (forced,) if forced else ENGINES:
        if _is_installed(name):
            return name
    problem = f"no {forced} (AUTOGRAD_RENDERER asks for it); unset it, or" if forced else "no Graphviz;"
    raise RenderError(f"render: {problem} {_INSTALL}")


def _is_installed(name: str) -> bool:
    return bool(shutil.which("dot") if name == "dot" else find_spec("pygraphviz"))


def _draw_with_dot(sources: list[bytes], format: str) -> list[bytes]:
    import graphviz

    try:
        return [graphviz.pipe("dot", format, source, quiet=True) for source in sources]
    except graphviz.CalledProcessError as error:
        raise _refusal("dot", format, error.returncode, _message(error.stderr)) from None


def _draw_with_pygraphviz(sources: list[bytes], format: str) -> list[bytes]:
    # In this process Graphviz would write straight to stderr (its errors, and a fontconfig warning that no
    # setting silences), draw on after an error, and take the user's session along when it crashes.
    command = [sys.executable, "-I", __file__, format, *sys.path]
    texts = json.dumps([source.decode() for source in sources]).encode()
    child = subprocess.run(command, input=texts, capture_output=True, check=False)
    message = _message(child.stderr)
    if child.returncode or "\nError:" in f"\n{message}":
        raise _refusal("pygraphviz", format, child.returncode, message)
    return [bytes.fromhex(drawing) for drawing in json.loads(child.stdout)]


def _message(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").splitlines()
    return "\n".join(line for line in lines if not line.startswith("Fontconfig"))


def _refusal(name: str, format: str, status: int, message: str) -> RenderError:
    crash = f"it ended with status {status}; AUTOGRAD_RENDERER can name another engine ({', '.join(ENGINES)})"
    return RenderError(f"render: {name} cannot draw this graph as {format}: {message or crash}")


def _draw_in_child(format: str, parent_path: list[str]) -> None:
    # Isolated mode keeps this folder's modules from shadowing others, but hides what the user's path offers.
    sys.path[:] = parent_path
    import pygraphviz

    drawings = []
    for source in json.load(sys.stdin.buffer):
        try:
            drawings.append(pygraphviz.AGraph().from_string(source).draw(format=format, prog="dot"))
        except pygraphviz.DotError:
            drawings.append(b"")  # Graphviz itself has said what is wrong, or there is no graph and nothing to draw.
        except ValueError as error:
            sys.exit(str(error))
    json.dump([drawing.hex() for drawing in drawings], sys.stdout)


if __name__ == "__main__":
    _draw_in_child(sys.argv[1], sys.argv[2:])
