"""How many examples hypothesis draws: few and always the same ones, or HYPOTHESIS_PROFILE=thorough. Shared fixtures."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from autograd.ops import TABLE

settings.register_profile("default", max_examples=60, deadline=None, derandomize=True, database=None)
settings.register_profile("thorough", max_examples=2000, deadline=None, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture
def table():
    """The table, restored afterwards."""
    before = dict(TABLE)
    yield TABLE
    TABLE.clear()
    TABLE.update(before)
