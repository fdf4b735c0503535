"""`autograd check`: exit statuses, folders, records, pages, and checking again on every save."""

import json

import pytest

from autograd.__main__ import main
from autograd.notes.checking import check_files, check_notes, found_in
from autograd.notes.watching import watch

RIGHT = r"$z = wx$ has $\frac{\partial z}{\partial w} = x$"
WRONG = r"$z = wx$ has $\frac{\partial z}{\partial w} = 2x$"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "a.md").write_text(RIGHT)
    (tmp_path / "b" / "c.md").write_text(WRONG)
    (tmp_path / "b" / "other.txt").write_text(WRONG)
    return tmp_path


def test_the_status_is_0_where_all_holds(folder, capsys):
    assert main(["check", str(folder / "a.md")]) == 0
    assert capsys.readouterr().out == f"{folder}/a.md: 1 claim: 1 holds\n"


def test_the_status_is_1_where_there_is_a_slip(folder, capsys):
    assert main(["check", str(folder)]) == 1
    printed = capsys.readouterr().out
    assert "c.md:1:15: slip: ∂z/∂w: 2 times the gradient everywhere: a factor 2 is too much" in printed
    assert printed.endswith("2 files: 2 claims: 1 holds, 1 slip\n")


@pytest.mark.parametrize(
    "name, words",
    [("none.md", "there is no such file"), ("b/d", "there is no such file"), ("bytes.md", "not UTF-8 text")],
)
def test_the_status_is_2_where_a_file_cannot_be_read(folder, capsys, name, words):
    (folder / "bytes.md").write_bytes(b"\xff\xfe$")
    assert main(["check", str(folder / name)]) == 2
    assert words in capsys.readouterr().err


def test_a_folder_without_notes_is_refused(tmp_path, capsys):
    assert main(["check", str(tmp_path)]) == 2
    assert "no file in it ends in .md" in capsys.readouterr().err


def test_records(folder, capsys):
    assert main(["check", "--json", str(folder / "b")]) == 1
    (record,) = json.loads(capsys.readouterr().out)["files"]
    assert (record["holds"], record["slips"], record["unchecked"]) == (0, 1, 0)
    assert record["findings"][0]["diagnosis"] == "constant factor"
    assert record["findings"][0]["correction"] == r"\frac{\partial z}{\partial w} = x"


def test_a_page(folder, capsys):
    assert main(["check", str(folder), "--html", str(folder / "report.html")]) == 1
    page = (folder / "report.html").read_text()
    assert page.count('class="summary"') == 2
    assert "a factor 2 is too much" in page
    assert capsys.readouterr().out.endswith(f"written: {folder}/report.html\n")


def test_a_page_that_cannot_be_written_loses_no_findings(folder, capsys):
    assert main(["check", str(folder), "--html", str(folder / "none" / "report.html")]) == 2
    printed = capsys.readouterr().out
    assert "a factor 2 is too much" in printed and "cannot be written" in printed


@pytest.mark.parametrize("name", ["notes.md", 3])
def test_a_name_is_not_taken_for_notes(name):
    with pytest.raises(TypeError, match="check_notes takes the text of notes, not"):
        check_notes(name)


def test_verbose_lists_what_holds(folder, capsys):
    assert main(["check", "--verbose", str(folder / "a.md")]) == 0
    assert "holds: ∂z/∂w: equal at 6 points" in capsys.readouterr().out


def test_files_come_in_order_and_once_each(folder):
    assert [path.name for path in found_in([folder, folder / "a.md"])] == ["a.md", "c.md", "a.md"]
    assert [report.name for report in check_files([folder / "a.md"]).reports] == [str(folder / "a.md")]


def test_notes_that_are_too_long_are_refused():
    with pytest.raises(ValueError, match="3000000 characters; notes of up to 2000000 are read"):
        check_notes("x" * 3_000_000)


def test_watch_checks_again_after_a_save(folder):
    checked = []

    def pause(_):
        """Someone saves, deletes, saves again; then presses Ctrl-C."""
        moment = next(moments)
        if moment == "save":
            (folder / "a.md").write_text(WRONG * len(checked))
        elif moment == "delete":
            (folder / "a.md").unlink()
        elif moment == "stop":
            raise KeyboardInterrupt

    moments = iter(["nothing", "save", "nothing", "delete", "nothing", "save", "nothing", "stop"])
    watch([folder / "a.md"], lambda: checked.append(len(checked) + 1), pause)
    assert checked == [1, 2, 3]


def test_watch_goes_on_after_a_file_that_cannot_be_read(folder, capsys, monkeypatch):
    def pause(_):
        if (folder / "a.md").read_bytes() != b"\xff":
            (folder / "a.md").write_bytes(b"\xff")
        else:
            raise KeyboardInterrupt

    monkeypatch.setattr("autograd.commands.watch", lambda paths, check: watch(paths, check, pause))
    assert main(["check", "--watch", str(folder / "a.md")]) == 0
    printed = capsys.readouterr()
    assert "1 claim: 1 holds" in printed.out


def test_watch_refuses_a_file_that_is_not_there_at_the_start(tmp_path):
    with pytest.raises(ValueError, match="there is no such file"):
        watch([tmp_path / "none.md"], lambda: None)
