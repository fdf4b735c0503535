"""What a notebook shows for an object."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from html import escape

from autograd.show.render import RenderError

LEAST_SCALE = 0.75  # of text of 16 pixels
# What may go wrong with a drawing on the user's machine; a notebook then shows text.
FAILURES = (RenderError, ImportError, OSError, ValueError)


def bundle(text: str, html: Callable[[], str]) -> dict[str, str]:
    """The text, and HTML where that can be made; otherwise why not.

    >>> bundle("a drawing", lambda: "<img>")
    {'text/html': '<img>', 'text/plain': 'a drawing'}
    """
    try:
        return {"text/html": html(), "text/plain": text}
    except FAILURES as error:
        return {"text/plain": f"{text}\n{error}"}


def image(svg: bytes, alt: str) -> str:
    """A picture in HTML. Where it is too wide it shrinks a little, then scrolls.

    >>> print(image(b'<svg width="100pt">', "a < b")[:93])
    <div style="overflow-x:auto"><img alt="a &lt; b" style="max-width:100%;min-width:75pt" src="d
    """
    width = re.search(rb'<svg[^>]* width="([\d.]+)pt"', svg)
    least = LEAST_SCALE * float(width[1]) if width else 0.0
    # Notebooks that were not run by their reader drop a bare SVG, but keep an image.
    source = f"data:image/svg+xml;base64,{b64encode(svg).decode()}"
    style = f"max-width:100%;min-width:{least:.0f}pt"
    return f'<div style="overflow-x:auto"><img alt="{escape(alt)}" style="{style}" src="{source}"></div>'
