"""The public names are those that tests/api.txt keeps: a change to them is deliberate."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import public_names
import pytest

import autograd
from autograd.ops import define

KEPT = Path(__file__).with_name("api.txt")
REMEDY = "If that is meant, keep it: python tests/public_names.py > tests/api.txt"


def changes():
    """What differs from the file, as a diff."""
    kept = KEPT.read_text().splitlines()
    return "\n".join(unified_diff(kept, public_names.lines(), "kept", "now", lineterm="", n=0))


def test_the_public_names_are_those_that_are_kept():
    difference = changes()
    assert not difference, f"The public names have changed:\n{difference}\n{REMEDY}"


@pytest.mark.parametrize("package", public_names.PACKAGES)
def test_each_package_has_names(package):
    assert [line for line in KEPT.read_text().splitlines() if line.startswith(f"{package}.")]


def test_what_a_user_defines_is_no_change(table):
    define("twice", lambda a: 2.0 * a, lambda y, a: 2.0)
    assert not changes()


def test_a_new_name_is_seen(monkeypatch):
    monkeypatch.setattr(autograd, "__all__", [*autograd.__all__, "Extra"])
    monkeypatch.setattr(autograd, "Extra", Extra, raising=False)
    assert "+autograd.Extra(size: int | None = None) -> None  # class" in changes()
    assert "+autograd.Extra.doubled(self) -> int" in changes()


def test_a_name_that_is_gone_is_seen(monkeypatch):
    monkeypatch.setattr(autograd, "__all__", [name for name in autograd.__all__ if name != "grad"])
    assert "-autograd.grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]" in changes()


def test_another_default_is_seen(monkeypatch):
    monkeypatch.setattr(autograd.zero_grad, "__defaults__", (None,))
    assert "-autograd.zero_grad(" in changes() and "+autograd.zero_grad(" in changes()


def test_a_method_that_is_gone_is_seen(monkeypatch):
    monkeypatch.delattr(autograd.Value, "detach")
    assert changes().endswith("-autograd.Value.detach(self) -> Value")


@dataclass
class Extra:
    """A class that autograd does not have."""

    size: int | None = None

    def doubled(self) -> int:
        """Twice as large."""
        return 2 * (self.size or 0)


Extra.__module__ = "autograd.extra"
