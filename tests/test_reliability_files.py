"""The battery of files passes, and sees a file that is written in place."""

from __future__ import annotations

import ast
import os
import re
import time
from pathlib import Path

import pytest
from reliability import files, saver
from reliability.trials import Trials

import autograd
import nn
from autograd.files import write_whole

SOURCES = sorted(path for package in (autograd, nn) for path in Path(str(package.__file__)).parent.rglob("*.py"))


def test_the_short_profile_passes():
    found = list(files.run(Trials("files")))
    assert len(found) == 3
    for count in found:
        assert count.tried >= len(files.FILES)
        assert count.failures == [] and count.failed == 0


def in_place(path, content):
    """Slowly, and in two parts."""
    half = len(content) // 2
    with open(path, "wb", buffering=0) as file:
        file.write(content[:half])
        time.sleep(0.02)
        file.write(content[half:])


def with_links_replaced(path, content):
    if Path(path).is_symlink():
        Path(path).unlink()
    write_whole(path, content)


@pytest.mark.parametrize(
    ("harm", "mistake", "told"),
    [
        ("kill", in_place, "neither the old file nor the new one"),
        ("fill", in_place, "neither the old file nor the new one|unclear"),
        ("misplace", with_links_replaced, "the link is gone"),
    ],
)
def test_a_mistake_in_writing_is_seen(harm, mistake, told, tmp_path, monkeypatch):
    monkeypatch.setattr("autograd.documents.write_whole", mistake)
    found = [saver.HARMS[harm]("model", tmp_path, seed) for seed in range(8)]  # a kill may come between two files
    assert any(re.search(told, wrong) for wrong in found), found


def test_a_process_that_fails_to_save_is_seen(tmp_path, monkeypatch):
    here = os.getpid()

    def only_here(path, content):
        if os.getpid() != here:
            raise OSError(28, "No space left on device", str(path))
        write_whole(path, content)

    monkeypatch.setattr("autograd.documents.write_whole", only_here)
    assert saver.kill("model", tmp_path, 1) == "saving ended with 256"


def test_an_error_that_names_another_file_is_seen(tmp_path):
    def write():
        raise OSError(28, "No space left on device", "another")

    assert saver._refused(write, tmp_path / "m.json").startswith("unclear")
    assert saver._refused(lambda: None, tmp_path / "m.json").endswith("was written")


WRITERS = {"write_text", "write_bytes", "savefig", "dump", "tofile", "touch"}
OTHERS = {  # what opens or writes otherwise, and why that is no file of a user's
    "autograd/files.py": {"open"},  # write_whole itself
    "autograd/show/render.py": {"dump"},  # to the pipe between two processes of ours
    "autograd/replay/numba/source.py": {"write_text"},  # run by hand: a part of the package
    "autograd/show/stepper/animation.py": {"open"},  # of an image in memory
    "nn/examples/moons.py": {"savefig"},  # an example's own picture
}


def test_only_one_function_writes_files():
    found = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (name := _writes(node)):
                found.setdefault(str(path.relative_to(Path(autograd.__file__).parents[1])), set()).add(name)
    assert found == OTHERS


def _writes(call):
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    holder = getattr(getattr(call.func, "value", None), "id", "")
    return name if name in WRITERS or (name == "open" and holder not in ("self", "os")) else ""
