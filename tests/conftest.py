"""How many examples hypothesis draws: few and always the same ones, or HYPOTHESIS_PROFILE=thorough. Shared fixtures."""

from __future__ import annotations

import io
import os
import signal
from contextlib import redirect_stdout
from importlib import import_module
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from autograd.ops import TABLE

settings.register_profile("default", max_examples=60, deadline=None, derandomize=True, database=None)
settings.register_profile("thorough", max_examples=2000, deadline=None, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# A job in the background ignores Ctrl-C, and so would the programs that tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _rows_of_doctests_are_gone():
    """Doctests leave the rows that they define, and what these call is gone with the doctest."""
    for name in [name for name, op in TABLE.items() if op.users_own]:
        del TABLE[name]


@pytest.fixture
def table():
    """The table, restored afterwards."""
    before = dict(TABLE)
    yield TABLE
    TABLE.clear()
    TABLE.update(before)


class Shown(NamedTuple):
    """What the command of an example printed, and the figures that it printed from."""

    result: Any
    printed: str

    @property
    def lines(self) -> list[str]:
        """The lines without their indents."""
        return [line.strip() for line in self.printed.splitlines()]

    def words(self, start: str) -> list[str]:
        """The words of the one line that starts so."""
        (line,) = [line for line in self.lines if line.startswith(start)]
        return line.split()


@pytest.fixture(scope="session")
def command():
    """Runs the command of an example, each once for all tests."""
    shown: dict[str, Shown] = {}

    def run(name: str) -> Shown:
        if name not in shown:
            printed = io.StringIO()
            with redirect_stdout(printed):
                result = import_module(f"nn.examples.{name}").main()
            shown[name] = Shown(result, printed.getvalue())
        return shown[name]

    return run
