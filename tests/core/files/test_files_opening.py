"""Opening files in folders that may be a stranger's: regular files inside of the folder only."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from ganreg.errors import RunError
from ganreg.files.opening import UnreadableError, create, open_to_change, open_to_read, read_bytes, read_start, walk


@pytest.fixture
def folders(tmp_path):
    """A folder, and a file outside of it."""
    (tmp_path / "inside" / "deeper").mkdir(parents=True)
    (tmp_path / "outside.txt").write_text("private")
    return tmp_path / "inside", tmp_path / "outside.txt"


def special(path, kind):
    """Makes something that is not a regular file."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path.relative_to(path.parent)))


@pytest.mark.parametrize("kind", ["pipe", "folder", "socket"])
def test_what_is_not_a_file_is_refused_at_once(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    special(tmp_path / "x", kind)

    with pytest.raises(UnreadableError, match=rf"cannot read .*x: it is a {kind}, not a file"):
        read_bytes(tmp_path / "x")
    with pytest.raises(OSError, match=f"it is a {kind}, not a file"):
        open_to_change(tmp_path / "x", make=True)


def test_a_device_is_refused():
    with pytest.raises(UnreadableError, match="it is a device, not a file"):
        read_bytes("/dev/zero")


def test_a_link_out_of_the_folder_is_refused_but_one_inside_is_not(folders):
    inside, outside = folders
    (inside / "out").symlink_to(outside)
    (inside / "whole").symlink_to(outside.parent)
    (inside / "up").symlink_to("..")
    (inside / "deeper" / "own.txt").write_text("own")
    (inside / "in").symlink_to("deeper/own.txt")

    for path in (inside / "out", inside / "whole" / "outside.txt", inside / "up" / "outside.txt"):
        with pytest.raises(UnreadableError, match="a link that leads out"):
            read_bytes(path, within=inside)
        assert read_bytes(path) == b"private"  # where the user gave the path
    assert read_bytes(inside / "in", within=inside) == b"own"


def test_a_folder_with_a_similar_name_is_outside(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run-2").mkdir()
    (tmp_path / "run-2" / "x").write_text("")
    (tmp_path / "run" / "x").symlink_to(tmp_path / "run-2" / "x")

    with pytest.raises(UnreadableError, match="a link that leads out"):
        read_bytes(tmp_path / "run" / "x", within=tmp_path / "run")


@pytest.mark.parametrize("target", ["outside.txt", "not-there"])
def test_nothing_is_changed_through_a_link(folders, target):
    inside, outside = folders
    (inside / "x").symlink_to(outside.with_name(target))

    with pytest.raises(OSError, match="a link that leads out"):
        open_to_change(inside / "x", make=True)
    with pytest.raises(FileExistsError):
        create(inside / "x")
    assert outside.read_text() == "private"
    assert not outside.with_name("not-there").exists()


def test_a_file_of_several_names_is_changed_under_one_of_them(tmp_path):
    """A backup by `cp -al` shares the files of a run."""
    (tmp_path / "backup.csv").write_text("old\n")
    os.link(tmp_path / "backup.csv", tmp_path / "metrics.csv")

    with open_to_change(tmp_path / "metrics.csv") as file:
        file.write(b"new")

    assert (tmp_path / "backup.csv").read_text() == "old\n"
    assert (tmp_path / "metrics.csv").read_text() == "new\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.csv", "metrics.csv"]


def test_what_is_read_is_bounded(tmp_path):
    with (tmp_path / "hole").open("wb") as file:
        file.write(b"abc")
        file.truncate(10**12)

    with pytest.raises(UnreadableError, match=r"1,000,000,000,000 bytes, at most 1,000"):
        read_bytes(tmp_path / "hole", most=1000)
    assert read_start(tmp_path / "hole", most=4) == b"abc\0"
    (tmp_path / "x").write_bytes(b"abc")
    assert read_bytes(tmp_path / "x", most=3) == b"abc"


def test_a_missing_file_is_told_from_an_unreadable_one(tmp_path):
    for path, missing in ((tmp_path / "none", True), (tmp_path, False), ("a\0b", False)):
        with pytest.raises(UnreadableError) as error:
            open_to_read(path)
        assert error.value.missing == missing
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(RunError, match=r"cannot read .*loop"):
        read_bytes(tmp_path / "loop")


def test_walking_follows_no_links_and_no_depth_is_too_deep(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(1005):  # deeper than Python's recursion, and than the longest path
        Path("d").mkdir()
        os.chdir("d")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "up").symlink_to(tmp_path)

    names = [entry.name for entry in walk(tmp_path)]

    assert names.count("up") == 1
    assert names.count("d") >= 1000
    assert list(walk(tmp_path / "none")) == []
    subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)  # no depth is too deep for it either
