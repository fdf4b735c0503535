"""Markdown: formulas, headings and declarations, with their places."""
