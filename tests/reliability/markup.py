"""Whether a label stayed text: what real parsers find in markup, and what they must not find."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

from reliability.hostile_edits import CANARY

MATHML = (
    "math mrow mi mn mo ms mtext mspace mstyle msub msup msubsup munder mover munderover mfrac msqrt mroot mtable "
    "mtr mtd mpadded mphantom menclose"
)
HTML = (
    "html head meta title body style script div header section p strong em b i s ul ol li a span table thead tbody "
    "tr th td code pre h1 h2 h3 h4 h5 h6 blockquote hr br img details summary button label input select option "
    "fieldset legend output"
)
SVG = "svg g title desc polygon polyline path text tspan ellipse line rect style defs"
TAGS = set(f"{MATHML} {HTML}".split())
SVG_TAGS = set(SVG.split())
SAFE_LINK = re.compile(r"https?://|mailto:|data:image/|[^:]*(?:[/?#]|\Z)")  # the last: within the site
LINKS = {"src", "href", "srcset", "action", "formaction", "background", "poster", "xlink:href", "data"}
TEX_HARM = {
    "input",
    "include",
    "write",
    "openin",
    "openout",
    "def",
    "gdef",
    "let",
    "href",
    "url",
    "catcode",
    "csname",
    "usepackage",
}
TEX_HARM |= {"immediate", "special", "html", "require", "unicode", "class", "cssId", "style", "newcommand", CANARY}
QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|<((?:[^<>]|<[^<>]*>)*)>', re.DOTALL)
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class _Page(HTMLParser):
    """Reads HTML as browsers do where it matters: a script ends at the first </script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong, self.scripts = "", 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        if tag not in TAGS | SVG_TAGS:
            self.wrong = self.wrong or f"an element <{tag}>"
        for name, text in attrs:
            self.wrong = self.wrong or attribute(name, text or "")


def attribute(name: str, text: str) -> str:
    """What is wrong with an attribute."""
    if name.startswith("on") or CANARY in name:
        return f"an attribute {name}"
    if name.rpartition("}")[2] in LINKS and not SAFE_LINK.match(text.strip()):
        return f"a link {name}={text:.60}"
    return f"a style {text:.60}" if name == "style" and (CANARY in text or "url(" in text) else ""


def page(html: str, scripts: int = 0) -> str:
    """What is wrong with a page that has so many scripts of its own: "" if nothing is."""
    found = _Page(html)
    return found.wrong or ("" if found.scripts == scripts else f"{found.scripts} scripts")


def xml(text: str, tags: set[str] = TAGS) -> str:
    """What is wrong with well-formed markup of these elements."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        return f"not well-formed: {error}"
    for element in root.iter():
        if element.tag.rpartition("}")[2] not in tags:
            return f"an element <{element.tag}>"
        for name, value in element.attrib.items():
            if wrong := attribute(name, value):
                return wrong
    return ""


def dot(source: str) -> str:
    """What is wrong with DOT: outside of its strings there is nothing of a label, and labels with markup are sound."""
    if CANARY in QUOTED.sub("", source):
        return f"a label is DOT: {QUOTED.sub('', source)!r:.200}"
    inner = (found[1] for found in QUOTED.finditer(source) if found[1] is not None)
    return next(filter(None, (xml(f"<B>{text}</B>", {"B", "BR", "FONT", "I", "SUB", "SUP"}) for text in inner)), "")


def latex(text: str) -> str:
    """What is wrong with LaTeX: braces that do not match, commands that do more than typeset."""
    depth = 0
    for token in re.findall(r"\\[A-Za-z]+|\\.|[{}]", text, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth < 0 or token[1:] in TEX_HARM:
            return f"LaTeX {token}"
    return "braces that do not match" if depth else ""


def line(text: str) -> str:
    """What is wrong with plain text: characters that move the cursor, or turn what stands around them."""
    return f"{CONTROL.search(text)!r} in the text" if CONTROL.search(text) else ""
