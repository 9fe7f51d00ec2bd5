"""Where the cache is: where the user says, or where the system keeps caches."""

from pathlib import Path

import pytest

from ganreg.files.cache import cache_folder


def test_the_variable_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "mine"))

    assert cache_folder() == tmp_path / "mine"


def test_a_tilde_is_the_home_folder(monkeypatch):
    monkeypatch.setenv("GANREG_CACHE", "~/mine")

    assert cache_folder() == Path.home() / "mine"


def test_without_a_home_there_is_no_cache(monkeypatch):
    monkeypatch.setenv("GANREG_CACHE", "~nobody-of-that-name/cache")

    assert cache_folder() is None


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/caches"}, "/caches/ganreg"),
        ("linux", {}, "{home}/.cache/ganreg"),
        ("darwin", {}, "{home}/Library/Caches/ganreg"),
    ],
)
def test_otherwise_it_is_where_the_system_keeps_caches(monkeypatch, platform, variables, expected):
    """As the XDG Base Directory Specification and Apple's File System Programming Guide name them."""
    import platformdirs
    from platformdirs.macos import MacOS
    from platformdirs.unix import Unix

    monkeypatch.setattr(platformdirs, "PlatformDirs", {"linux": Unix, "darwin": MacOS}[platform])
    for name in ("GANREG_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert str(cache_folder()) == expected.format(home=Path.home())
