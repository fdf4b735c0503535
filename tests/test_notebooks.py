"""Every notebook, executed anew, says what is kept in it; and mistakes in notebooks are seen."""

from __future__ import annotations

import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

import notebooks

FOLDER = Path(__file__).parent.parent / "notebooks"
LARGEST, WIDEST = 300_000, 98  # bytes of a file, letters of a line of code on a page of 1000 pixels
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


@pytest.fixture(params=sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Any:
    """Each notebook."""
    return request.param


def test_it_says_what_is_kept_in_it(path):
    anew = notebooks.executed(path)
    assert list(notebooks.flaws(anew)) == []
    assert notebooks.said(anew) == notebooks.said(notebooks.read(path))


def test_its_file_is_as_the_program_writes_it(path):
    assert path.read_text("utf-8") == notebooks.written(notebooks.read(path))
    assert path.stat().st_size < LARGEST


def test_its_code_fits_the_page(path):
    code = [cell.source for cell in notebooks.read(path).cells if cell.cell_type == "code"]
    assert [line for source in code for line in source.split("\n") if len(line) > WIDEST] == []


def test_it_begins_with_a_title_and_ends_with_exercises(path):
    first, *_, last = notebooks.read(path).cells
    assert re.match(r"# .+ · [가-힣]", first.source)
    assert last.source.startswith("## Exercises · 연습 문제")


def test_its_links_lead_somewhere(path):
    texts = [cell.source for cell in notebooks.read(path).cells if cell.cell_type == "markdown"]
    assert [link for text in texts for link in LINK.findall(text) if not (path.parent / link).exists()] == []


# ---- the tests can fail


@pytest.fixture
def make(tmp_path: Path) -> Any:
    """Writes a notebook with one cell."""

    def made(source: str, *outputs: Any) -> Path:
        path = tmp_path / "made.ipynb"
        nbformat.write(new_notebook(cells=[new_code_cell(source, outputs=list(outputs))]), path)
        return path

    return made


def test_what_is_written_is_the_same_again_and_other_texts_and_pictures_are_not(make):
    source = "import matplotlib.pyplot as plt\nprint('± 1e-11')\nplt.plot([1, 2]);"
    path = make(source, new_output("stream", name="stdout", text="± 2e-11 and more\n"))
    assert notebooks.said(notebooks.read(path)) == [[{"stdout": "± … and more\n"}]]
    notebooks.main([str(path)])
    first = path.read_bytes()
    figure = {"image/png": "", "text/plain": "<Figure size 640x480 with 1 Axes>"}
    assert notebooks.said(notebooks.read(path)) == [[{"stdout": "± …\n"}, figure]]
    notebooks.main([str(path)])
    assert path.read_bytes() == first


def test_pictures_are_kept_with_a_palette(make):
    path = make("import matplotlib.pyplot as plt\nplt.plot([1, 2], color='#123456', linewidth=9);")
    notebooks.main([str(path)])
    (output,) = notebooks.read(path).cells[0].outputs
    picture = Image.open(BytesIO(b64decode(output.data["image/png"])))
    assert picture.mode == "P" and len(picture.getcolors()) <= 128
    assert {(255, 255, 255), (0x12, 0x34, 0x56)} <= {colour for _, colour in picture.convert("RGB").getcolors()}


@pytest.mark.parametrize(
    ("output", "flaw"),
    [
        (new_output("stream", name="stderr", text="careful"), "cell 0 writes to stderr: careful"),
        (new_output("stream", text="<a at 0x7f3a>"), "cell 0 shows at 0x7f3a, which is another on every run"),
        (new_output("stream", text="/tmp/x y"), "cell 0 shows /tmp/x, which is another on every run"),
        (new_output("execute_result", {"text/plain": "ipykernel_3"}), "cell 0 shows ipykernel_3, which is another"),
    ],
)
def test_what_no_reader_should_see(make, output, flaw):
    (found,) = notebooks.flaws(notebooks.read(make("", output)))
    assert found.startswith(flaw)


def test_a_warning_leaves_the_file_as_it_was(make):
    path = make("import warnings\nwarnings.warn('this is old', stacklevel=1)")
    before = path.read_bytes()
    with pytest.raises(SystemExit, match=r"left as it was:\ncell 0 writes to stderr: .*UserWarning: this is old"):
        notebooks.main([str(path)])
    assert path.read_bytes() == before


def test_an_error_leaves_the_file_as_it_was(make):
    path = make("1 / 0")
    before = path.read_bytes()
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        notebooks.main([str(path)])
    assert path.read_bytes() == before
