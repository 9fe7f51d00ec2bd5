"""What may be in a folder that ganreg reads or fills."""

import os

import pytest

from ganreg.errors import RunError
from ganreg.files.folders import folder_to_fill, foreign, refuse_links
from ganreg.files.temporaries import temporary_beside


def test_links_that_lead_out_are_refused_at_any_depth(tmp_path):
    folder = tmp_path / "run"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "in").symlink_to("b")
    refuse_links(folder, "the folder")

    for target in ("../../..", tmp_path / "not-there", "/etc/hostname"):
        link = folder / "a" / "b" / "out"
        link.symlink_to(target)
        with pytest.raises(RunError, match=r"b/out is a link that leads out of the folder"):
            refuse_links(folder, "the folder")
        link.unlink()


def test_a_link_to_the_folder_itself_is_the_users_choice(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "x").touch()
    (tmp_path / "link").symlink_to("run")

    refuse_links(tmp_path / "link", "the folder")


def test_special_files_are_refused_at_will(tmp_path):
    os.mkfifo(tmp_path / "x")

    refuse_links(tmp_path, "the folder", special=False)
    with pytest.raises(RunError, match="x is a pipe, but the folder holds only files and folders"):
        refuse_links(tmp_path, "the folder")


def test_what_an_earlier_start_left_is_not_foreign(tmp_path):
    (tmp_path / ".lock").touch()
    (tmp_path / "samples").mkdir()
    temporary_beside(tmp_path / "run.toml").touch()

    def found():
        return foreign(tmp_path, files=(".lock",), empty_folders=("samples",))

    assert found() is None
    (tmp_path / "samples" / "x").touch()
    assert found() == "samples"
    (tmp_path / "samples" / "x").unlink()
    (tmp_path / ".notes").touch()
    assert found() == ".notes"
    assert foreign(tmp_path / "none", files=(), empty_folders=()) is None


@pytest.mark.parametrize("name", [".lock", "samples"])
def test_a_link_is_foreign_whatever_its_name(tmp_path, name):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / name).symlink_to("nowhere")

    assert foreign(tmp_path / "own", files=(".lock",), empty_folders=("samples",)) == name


def fail(folder, *, between=lambda: None):
    def fill():
        with folder_to_fill(folder, files=("a.txt",), empty_folders=("samples",)):
            assert (folder / "samples").is_dir()
            (folder / "a.txt").write_text("")
            between()
            raise KeyError

    with pytest.raises(KeyError):
        fill()


def test_a_failure_leaves_nothing(tmp_path):
    fail(tmp_path / "runs" / "x")
    assert list(tmp_path.iterdir()) == []

    (tmp_path / "a.txt").write_text("the user's own")
    fail(tmp_path / "x")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_failure_leaves_what_others_put_there(tmp_path):
    (tmp_path / "x").mkdir()
    fail(tmp_path / "x", between=(tmp_path / "x" / "log").touch)

    assert sorted(path.name for path in (tmp_path / "x").iterdir()) == ["a.txt", "log"]


def test_success_keeps_it(tmp_path):
    for _ in range(2):
        with folder_to_fill(tmp_path / "x" / "y", files=(), empty_folders=("samples",)):
            pass
    assert (tmp_path / "x" / "y" / "samples").is_dir()


def test_a_folder_that_cannot_be_created_is_named(tmp_path):
    (tmp_path / "file").touch()

    with (
        pytest.raises(RunError, match=r"cannot create the folder .*file/x"),
        folder_to_fill(tmp_path / "file" / "x", files=(), empty_folders=()),
    ):
        pass
