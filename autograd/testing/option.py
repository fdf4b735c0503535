"""The pytest option `--gradcheck`: pytest loads this file wherever the package is installed, and the rest if asked."""

from __future__ import annotations

from argparse import ArgumentTypeError

import pytest

MARKER = "no_gradcheck: the backward passes of this test are not checked (--gradcheck)"
MOST = 2000


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, which `pytest --help` lists."""
    group = parser.getgroup("autograd", "gradients by autograd")
    text = (
        "check every backward() of the tests numerically, and the graphs of grad, jacobian and the like of Values: a "
        "test fails in which one is wrong. Not checked: what autograd.compile replays"
    )
    group.addoption("--gradcheck", action="store_true", help=text)
    text = (
        f"check N operations of a larger graph ({MOST} if not given), one of each kind first; 20 N of a test, then "
        "N / 100 of each graph"
    )
    group.addoption("--gradcheck-most", type=_count, default=MOST, metavar="N", help=text)


def pytest_configure(config: pytest.Config) -> None:
    """Only with the option is anything imported, or checked."""
    config.addinivalue_line("markers", MARKER)
    if config.getoption("gradcheck"):
        from autograd.testing.plugin import GradCheck

        config.pluginmanager.register(GradCheck(config.getoption("gradcheck_most")), "gradcheck")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no number of operations to check: give 1 or more")
    return int(text)
