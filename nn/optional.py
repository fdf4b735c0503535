"""Packages that only parts of this one need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from autograd.errors import not_installed


def optional(user: str, module: str, package: str) -> Any:
    """A module that only `user` needs. Raises ImportError, with the line that installs it, where it is missing."""
    try:
        return import_module(module)
    except ImportError as error:
        raise not_installed(user, package, "train") from error
