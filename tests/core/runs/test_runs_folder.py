"""Where runs are put, and files that are whole or not there."""

import os

import pytest

import ganreg
from ganreg.runs.files import write_text
from ganreg.runs.run import free_folder, make_folder, refuse_occupied


def test_the_first_free_folder_is_numbered(tmp_path):
    assert free_folder("digits", tmp_path) == tmp_path / "digits"
    for name in ("digits", "digits-2"):
        (tmp_path / name).mkdir()
    assert free_folder("digits", tmp_path) == tmp_path / "digits-3"


def test_a_folder_that_holds_a_run_is_refused(tmp_path):
    refuse_occupied(tmp_path)
    (tmp_path / "recipe.toml").touch()
    with pytest.raises(ganreg.RunError, match="already holds a run; choose another folder"):
        refuse_occupied(tmp_path)


def test_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ganreg.RunError, match="is a file; give a folder with --out"):
        refuse_occupied(tmp_path / "file")


def test_a_folder_that_cannot_be_made_says_where(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ganreg.RunError, match=r"cannot make the folder .*run"):
        make_folder(tmp_path / "file" / "run")


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


@pytest.mark.parametrize(
    ("made", "message"), [((), "holds no run: there is no recipe.toml"), (("recipe.toml",), "holds no checkpoint yet")]
)
def test_loading_what_is_no_run(tmp_path, made, message):
    for name in made:
        (tmp_path / name).write_text('dataset = { name = "gaussian-1d" }\n')
    with pytest.raises(ganreg.RunError, match=message):
        ganreg.load(tmp_path)
