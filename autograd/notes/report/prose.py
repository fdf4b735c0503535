"""The Markdown of notes as HTML, its formulas typeset.

Formulas are cut out before the Markdown is rendered and put back typeset, so that nothing in them is taken for
Markdown. HTML in notes is shown as text, and a picture that is not in the notes themselves as its description.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, cast

from autograd.notes.markdown.items import Formula
from autograd.notes.markdown.source import FRONT_MATTER
from autograd.notes.report.mathml import formula

# A formula's number stands for it, between two characters that no text uses; as &#xE000; they may still get in.
UNUSED = re.compile("[\x00\ud800-\udfff\ue000\ue001]")
PLACE = re.compile("\ue000([0-9]{1,9})\ue001")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
ADDED = "added_below"

Beside = Callable[[int], tuple[str, str]]  # for a formula's number: what stands beside it, and below


class Prose:
    """Renders notes whose formulas are given; `html` is what came of it."""

    def __init__(self, text: str, formulas: Sequence[Formula], beside: Beside) -> None:
        from markdown_it import MarkdownIt
        from markdown_it.token import Token

        self.text, self.formulas, self.beside = text, formulas, beside
        self.placed: set[int] = set()
        self.below: list[str] = []  # what stands below the paragraph that is being rendered
        markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
        self.renderer = cast(Any, markdown.renderer)
        rules = {"text": self._text, "html_inline": self._html, "html_block": self._html_block, "fence": self._fence}
        self.renderer.rules.update({**rules, "image": self._image, ADDED: self._added})
        tokens = markdown.parse(self._without_formulas())
        for token in tokens:
            if token.children is not None:
                token.children.append(Token(ADDED, "", 0))
        shown = self.renderer.render(tokens, markdown.options, {})
        self.html = PLACE.sub(lambda m: escape(self._source(m)), shown)

    def _without_formulas(self) -> str:
        front = FRONT_MATTER.match(self.text)
        at, parts = front.end() if front else 0, []
        for number, each in enumerate(self.formulas):
            parts += [UNUSED.sub("\ufffd", self.text[at : each.start]), f"\ue000{number}\ue001"]
            at = each.end
        return "".join([*parts, UNUSED.sub("\ufffd", self.text[at:])])

    def _source(self, place: re.Match[str]) -> str:
        """A formula as it was written, for where it is part of code or of a description."""
        number = int(place[1])
        each = self.formulas[number] if number < len(self.formulas) else None
        return UNUSED.sub("\ufffd", self.text[each.start : each.end] if each else "")

    def _with_formulas(self, text: str) -> str:
        return PLACE.sub(self._typeset, escape(text))

    def _typeset(self, place: re.Match[str]) -> str:
        number = int(place[1])
        if number in self.placed or number >= len(self.formulas):
            return escape(self._source(place))
        self.placed.add(number)
        each, (beside, below) = self.formulas[number], self.beside(number)
        if each.display:
            scroll = f'<span class="scroll">{formula(each.latex, display=True)}</span>'
            return f'<span class="display">{scroll}{beside}</span>{below}'
        self.below.append(below)
        return f'<span class="inline">{formula(each.latex)}{beside}</span>'

    # ---- the renderer's rules, for what is not as Markdown has it

    def _text(self, tokens: Any, k: int, options: Any, env: Any) -> str:
        return self._with_formulas(tokens[k].content)

    def _added(self, tokens: Any, k: int, options: Any, env: Any) -> str:
        below, self.below = "".join(self.below), []
        return below

    def _html(self, tokens: Any, k: int, options: Any, env: Any) -> str:
        return self._with_formulas(COMMENT.sub("", tokens[k].content))

    def _html_block(self, tokens: Any, k: int, options: Any, env: Any) -> str:
        shown = self._html(tokens, k, options, env).strip()
        return f"<p>{shown}{self._added(tokens, k, options, env)}</p>\n" if shown else ""

    def _fence(self, tokens: Any, k: int, options: Any, env: Any) -> str:
        is_declaration = tokens[k].info.strip().lower().rstrip(":") == "check"
        return "" if is_declaration else str(self.renderer.fence(tokens, k, options, env))

    def _image(self, tokens: Any, k: int, options: Any, env: Any) -> str:
        if str(tokens[k].attrs["src"]).startswith("data:image/"):
            return str(self.renderer.image(tokens, k, options, env))
        words = [token for token in tokens[k].children or [] if token.type != ADDED]
        return f"<em>[picture: {escape(self.renderer.renderInlineAsText(words, options, env))}]</em>"
