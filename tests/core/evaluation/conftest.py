"""A cache of each test's own, so that none finds what another has kept."""

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """The folder that judging keeps things in."""
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "judging"
