"""What a notebook shows for an object."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from html import escape

from autograd.show.render import RenderError

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
    """A picture in HTML, of its own size, that scrolls where it is too wide.

    >>> print(image(b"", "a < b"))
    <div style="overflow-x:auto"><img alt="a &lt; b" style="max-width:none" src="data:image/svg+xml;base64,"></div>
    """
    # Notebooks that were not run by their reader drop a bare SVG, but keep an image.
    source = f"data:image/svg+xml;base64,{b64encode(svg).decode()}"
    return f'<div style="overflow-x:auto"><img alt="{escape(alt)}" style="max-width:none" src="{source}"></div>'
