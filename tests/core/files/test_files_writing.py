"""Files that are whole or not there."""

import os

import pytest

import ganreg
from ganreg.files.writing import write_text


def test_text_is_written_whole(tmp_path):
    write_text(tmp_path / "a.txt", "one µ\n")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "one µ\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_text_that_cannot_be_written_leaves_the_old(tmp_path, monkeypatch):
    """The process may die at any moment before the replacement; here the disk is full."""
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ganreg.RunError, match=r"cannot write .*a\.txt: No space left on device"):
        write_text(path, "new")
    assert path.read_text() == "old"
