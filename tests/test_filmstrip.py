"""The filmstrip and the animation: what stands in their pictures, and that these are alike in size and place."""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from graphs import shared
from PIL import Image
from test_draw import HOSTILE

from autograd import DomainError, Value, animate, filmstrip, log, sigmoid, step_through
from autograd.show.drawing.dot import LONGEST_NAME
from autograd.show.render import RenderError
from autograd.show.stepper.filmstrip import Filmstrip
from autograd.show.stepper.frames import Playback
from autograd.show.stepper.stills import size, stills
from autograd.show.steps import folded
from autograd.show.style import Writer, printable

SVG = "{http://www.w3.org/2000/svg}"
WRITER = Writer(precision=4)


def logistic() -> Value:
    w, x, t = (Value(number, label=name) for name, number in (("w", 2.0), ("x", 0.5), ("t", 1.0)))
    p = sigmoid(w * x - 1.0)
    p.label = "p"
    return -(t * log(p) + (1.0 - t) * log(1.0 - p))


def panels(svg: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(svg).findall(f"{SVG}svg")


def words(element: ElementTree.Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{SVG}text")).replace("\u2060", "").replace("\xa0", " ")


def numbers(panel: ElementTree.Element) -> dict[str, tuple[str, str]]:
    """Data and gradient of each node, by its name, which is in bold."""
    found = {}
    for group in panel.iter(f"{SVG}g"):
        texts = [(text.text or "").replace("\xa0", " ") for text in group.findall(f"{SVG}text")]
        if group.get("class", "").startswith("node"):
            found[texts[0]] = (texts[-3].removeprefix("data "), texts[-1])
    return found


def expected(playback: Playback, number: int) -> dict[str, tuple[str, str]]:
    frame, found = playback.frames[number], {}
    to_come = {later.event.receiver for later in playback.frames[number + 1 :] if later.event}
    for node in playback.notation.order:
        data = WRITER.number(node.data) if node in frame.known else "—"
        given = frame.gradients.get(node)
        grad = "—" if given is None else WRITER.number(given) + (" …" if node in to_come else "")
        found[playback.notation.names[node]] = data, grad
    return found


@pytest.mark.parametrize("root", [shared(), logistic()], ids=["shared", "logistic"])
def test_the_numbers_in_every_panel_are_those_of_its_frame(root: Value) -> None:
    playback = step_through(root).playback
    drawn = [numbers(panel) for panel in panels(filmstrip(root, most=100).svg())]
    assert drawn == [expected(playback, k) for k in range(len(playback.frames))]
    assert len({str(panel) for panel in drawn}) > 4  # not the same picture over and over


def test_every_panel_has_the_text_of_its_frame() -> None:
    playback = step_through(logistic()).playback
    found = panels(filmstrip(logistic(), most=100).svg())
    for number, (frame, panel) in enumerate(zip(playback.frames, found, strict=True)):
        assert "".join(f"{number}. {frame.text}{frame.reason}".split()) in "".join(words(panel).split())


def test_a_local_derivative_is_shown_once_its_node_is_computed() -> None:
    playback = step_through(shared()).playback
    for frame, panel in zip(playback.frames, panels(filmstrip(shared()).svg()), strict=True):
        edges = [group for group in panel.iter(f"{SVG}g") if group.get("class") == "edge"]
        shown = [t for group in edges for t in group.findall(f"{SVG}text") if t.get("fill") == "#d55e00"]
        assert len(shown) == sum(len(node.parents) for node in frame.known)


def places(panel: ElementTree.Element) -> list[Any]:
    """Where the boxes and arrows are."""
    return [(e.tag, e.get("points"), e.get("d")) for e in panel.iter() if e.tag == f"{SVG}path"]


def test_all_panels_have_one_size_and_one_layout() -> None:
    found = panels(filmstrip(shared()).svg())
    assert len({(panel.get("width"), panel.get("height")) for panel in found}) == 1
    arrows = [[d for _, _, d in places(panel) if d and "C" in d] for panel in found]
    assert arrows[0] and all(len(panel) == len(arrows[0]) for panel in arrows)
    texts = [
        [(t.get("x"), t.get("y")) for t in p.iter(f"{SVG}text") if (t.text or "").startswith("data")] for p in found
    ]
    assert all(panel == texts[0] for panel in texts)


@pytest.mark.parametrize(("columns", "rows"), [(1, 11), (4, 3), (11, 1), (50, 1)])
def test_panels_stand_in_rows(columns: int, rows: int) -> None:
    found = panels(filmstrip(shared(), columns=columns).svg())
    assert [len({panel.get(side) for panel in found}) for side in "xy"] == [min(columns, 11), rows]
    corners = [(float(panel.get("y", "")), float(panel.get("x", ""))) for panel in found]
    assert corners == sorted(corners) and len(set(corners)) == 11


def test_the_middle_of_a_long_one_is_counted() -> None:
    strip = filmstrip(logistic(), most=6)
    playback = step_through(logistic()).playback
    shown = [k for k in folded(len(playback.frames), 6) if isinstance(k, int)]
    left_out = f"… {len(playback.frames) - 6} more steps: 3 to {len(playback.frames) - 4}"
    assert left_out in words(ElementTree.fromstring(strip.svg()))
    assert [numbers(panel) for panel in panels(strip.svg())] == [expected(playback, k) for k in shown]
    assert repr(strip).endswith(f"6 of {len(playback.frames)} frames>")
    assert "more steps" not in filmstrip(shared()).svg()


def test_the_same_bytes_on_every_run() -> None:
    code = "from test_filmstrip import *; print(filmstrip(logistic(), most=4).svg())"
    command = [sys.executable, "-W", "ignore", "-c", code]
    folder = Path(__file__).parent
    runs = [subprocess.run(command, capture_output=True, cwd=folder, check=True).stdout for _ in range(2)]
    assert runs[0] == runs[1] and runs[0].startswith(b"<?xml")


@pytest.mark.parametrize("label", [*HOSTILE[:5], "\u202eright", "half \ud800 a pair", "W" * 10_000])
def test_labels_are_text_and_nothing_else(label: str) -> None:
    root = Value(2.0, label=label) * 3.0
    root.label = "L"
    svg = filmstrip(root, most=2).svg()
    assert {e.tag for e in ElementTree.fromstring(svg).iter()} <= {
        f"{SVG}{t}" for t in ["svg", "g", "rect", "polygon", "path", "text"]
    }
    (_, panel), name = panels(svg), printable(label, LONGEST_NAME)
    assert "".join(name.split()) in "".join(words(panel).split())
    assert {panel.get("width") for panel in panels(svg)} != set()


def test_it_stands_by_itself() -> None:
    svg = filmstrip(shared()).svg()
    assert " id=" not in svg and "href" not in svg and "<script" not in svg


def test_it_shows_itself_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    strip = filmstrip(shared())
    shown = strip._repr_mimebundle_()
    (alt, picture) = re.findall(r'<img alt="(.*?)".*src="data:image/svg\+xml;base64,(.*?)"', shown["text/html"])[0]
    assert b64decode(picture).decode() == strip.svg()
    assert alt.startswith("The passes of L in 11 pictures: ∂L/∂")
    assert shown["text/plain"] == repr(strip)
    monkeypatch.setenv("AUTOGRAD_RENDERER", "dot")
    monkeypatch.setenv("PATH", "")
    shown = filmstrip(shared())._repr_mimebundle_()
    assert list(shown) == ["text/plain"] and "pip install pygraphviz" in shown["text/plain"]


def test_it_is_saved_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strip, file = filmstrip(shared()), tmp_path / "strip.svg"
    assert strip.save(file) == file and file.read_text("utf-8") == strip.svg()
    with pytest.raises(ValueError, match=r"save: 'strip.png' must end in .svg"):
        strip.save("strip.png")
    monkeypatch.setenv("AUTOGRAD_RENDERER", "dot")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RenderError):
        filmstrip(logistic()).save(file)
    assert file.read_text("utf-8") == strip.svg()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"most": 1}, "most=1 must be a whole number from 2 on"),
        ({"columns": 0}, "columns=0 must be"),
        ({"most": 3.5}, "most=3.5"),
    ],
)
def test_what_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"filmstrip: {message}"):
        filmstrip(shared(), **options)


def test_what_has_no_passes_is_refused() -> None:
    with pytest.raises(TypeError, match="float has no graph; give it one Value"):
        filmstrip(2.0)
    big = Value(1e200, label="big")
    with pytest.raises(DomainError):
        filmstrip(big * big)


def test_an_input_alone() -> None:
    strip = filmstrip(Value(2.0, label="x"))
    assert isinstance(strip, Filmstrip) and len(panels(strip.svg())) == 2


def test_a_node_of_many_uses_has_all_its_arrows() -> None:
    x = Value(1.0, label="x")
    root = x + x
    for _ in range(20):
        root = root * x * x
    playback = step_through(root).playback
    (still,) = stills(playback, [len(playback.frames) - 1])
    assert still.count(b'class="edge"') == len(playback.steps)


# ---- the animation


def test_an_animation_has_all_frames(tmp_path: Path) -> None:
    path = animate(shared(), tmp_path / "steps.gif", seconds=0.5)
    with Image.open(path) as film:
        assert (film.n_frames, film.info["loop"], film.info["duration"]) == (11, 0, 500)
    again = animate(shared(), tmp_path / "again.gif", seconds=0.5)
    assert path.read_bytes() == again.read_bytes()


def test_what_animate_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"animate: 'steps.mp4' must end in .gif"):
        animate(shared(), "steps.mp4")
    for seconds in (0.0, -1.0, float("nan"), 1e9):
        with pytest.raises(ValueError, match=r"seconds=.* must be from 0.02 to 600"):
            animate(shared(), "steps.gif", seconds=seconds)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match="animate: Pillow is not installed: pip install pillow"):
        animate(shared(), tmp_path / "steps.gif")
    assert list(tmp_path.iterdir()) == []


def test_stills_have_one_size() -> None:
    playback = step_through(logistic()).playback
    assert len({size(still) for still in stills(playback, range(0, len(playback.frames), 4))}) == 1


def test_what_cannot_be_shown_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="filmstrip: int has no graph; give it one Value"):
        filmstrip(3)
    with pytest.raises(TypeError, match="animate: list has no graph; give it one Value"):
        animate([Value(1.0)], "steps.gif")
