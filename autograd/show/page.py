"""A page of its own, for what a notebook shows in a cell."""

from __future__ import annotations

from html import escape


def page(title: str, body: str, width: str = "60em") -> str:
    """A whole page, light or dark as its reader has it, `width` wide at most."""
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
</head>
<body style="max-width: {width}; margin: 2em auto; padding: 0 1em; font-family: system-ui, sans-serif">
{body}
</body>
</html>
"""
