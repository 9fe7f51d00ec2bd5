"""A cache folder for each test, so that no choice of execution outlives it."""

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"
