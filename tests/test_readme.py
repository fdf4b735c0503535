"""The README shows what the program prints: its first command, its table of kinks, its list of modules."""

import re
import shlex
from pathlib import Path

import pytest

import autograd
from autograd import check_notes
from autograd.__main__ import main
from nn.__main__ import main as nn_main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_first_command_prints_what_stands_below_it(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    command = blocks("bash")[0].strip().replace("report.html", str(tmp_path / "report.html"))
    words = shlex.split(command[command.index("autograd check") :])
    assert main(words[1:]) == 1
    printed = capsys.readouterr().out.replace(str(tmp_path / "report.html"), "report.html")
    shown = [piece for piece in blocks("text")[0].split("…\n") if piece]
    places = [printed.find(piece) for piece in shown]
    assert -1 not in places and places == sorted(places)
    assert printed.endswith(shown[-1])
    assert (tmp_path / "report.html").read_text().count("<math") > 100


def test_a_derivation_prints_what_stands_below_it(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(blocks("bash")[1])[1:]) == 0
    assert capsys.readouterr().out.split() == blocks("text")[1].split()
    assert (tmp_path / "graph.svg").read_text().count("<svg") == 1


def test_the_note_that_is_shown_holds():
    (note,) = blocks("markdown")
    report = check_notes(note)
    assert report.summary == "notes: 1 claim: 1 holds"


def test_the_table_of_kinks_is_the_one_that_is_printed(capsys):
    assert main(["ops", "--markdown"]) == 0
    assert capsys.readouterr().out.strip() in README


def test_the_other_commands_work(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [line.partition("#")[0] for line in blocks("bash")[2].splitlines()]
    assert [main(shlex.split(line)[1:]) for line in lines] == [0] * 4
    assert (tmp_path / "graph.svg").exists() and (tmp_path / "steps.html").exists()
    assert "logsumexp" in capsys.readouterr().out


def test_the_example_prints_what_stands_below_it(command):
    assert command("digits").printed == blocks("text")[2]


def test_the_examples_are_listed_as_they_list_themselves(capsys):
    assert nn_main([]) == 0
    listed = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()[2:]]
    assert len(listed) > 10
    assert [name for name, what in listed if f"| [`{name}`](nn/examples/{name}.py) | {what} |" not in README] == []


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_the_map_names_every_module(package):
    folder = Path(autograd.__file__).parent.parent / package
    named = set(re.findall(rf"`(?:{package}/)?(\w+(?:\.py|/))`", README))
    parts = {p.name + "/" * p.is_dir() for p in folder.iterdir() if p.suffix == ".py" or p.is_dir()}
    assert parts - {"__init__.py", "__pycache__/"} <= named
