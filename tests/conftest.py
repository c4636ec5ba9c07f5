"""How Hypothesis runs (the same examples every time on CI, new ones at a desk), and what tests are called."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes are called by their parameter: gzip writes the second into its header, and workers that collect
    in different seconds must find the same tests.
    """
    return argname if isinstance(val, bytes) else None
