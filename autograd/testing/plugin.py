"""What `pytest --gradcheck` does: derivatives that tests take are checked, and the counts told at the end."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from autograd.testing.backward import Passes
from autograd.testing.counts import Counts

IN_A_WORKER = "gradcheck"  # the counts of a process of pytest-xdist, under this name


class GradCheck:
    """The hooks. A test marked `no_gradcheck` is left out; one that catches the error of a wrong pass fails as well."""

    def __init__(self, most: int) -> None:
        self.passes = Passes(most)
        self.passes.__enter__()

    def pytest_unconfigure(self) -> None:
        """Value is as it was."""
        self.passes.__exit__()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Before the fixtures, which may compute too."""
        self.passes.begin(resting=item.get_closest_marker("no_gradcheck") is not None)
        return (yield from self._told())

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """The test itself."""
        return (yield from self._told())

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """What fixtures do at their ends."""
        return (yield from self._told())

    def _told(self) -> Generator[None, Any, Any]:
        """Fails where a pass was wrong, and its error did not get here."""
        self.passes.wrong.clear()
        result = yield
        if self.passes.wrong:
            pytest.fail(f"gradcheck: the error was caught, but {self.passes.wrong[0]}", pytrace=False)
        return result

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker hands its counts on."""
        if (output := getattr(session.config, "workeroutput", None)) is not None:
            output[IN_A_WORKER] = self.passes.counts.to_dict()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Those of a worker come in; one that crashed has none."""
        self.passes.counts.add(getattr(node, "workeroutput", {}).get(IN_A_WORKER, Counts().to_dict()))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One line at the end."""
        terminalreporter.write_line(f"gradcheck: {self.passes.counts}")
