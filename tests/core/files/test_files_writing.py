"""Files that are whole or not there."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import ganreg
from ganreg.files.writing import sha256_of, write_text, write_whole


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


def test_what_a_killed_process_left_is_replaced_by_the_next_write(tmp_path):
    code = (
        "import os, signal, sys; from pathlib import Path; from ganreg.files.writing import write_whole\n"
        "def write(temporary):\n"
        "    temporary.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_whole(Path(sys.argv[1]), write)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.txt")], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 1

    write_text(tmp_path / "a.txt", "whole")

    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_two_that_write_the_same_file_at_once_do_not_disturb_each_other(tmp_path):
    path, both_opened, texts = tmp_path / "a.txt", threading.Barrier(2), ("a" * 10_000, "b" * 10_000)

    def write(text):
        def slowly(temporary):
            with temporary.open("w") as file:
                file.write(text[:5000])
                both_opened.wait(10)
                file.write(text[5000:])

        write_whole(path, slowly)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, texts))

    assert path.read_text() in texts
    assert list(tmp_path.iterdir()) == [path]


def test_the_temporary_file_has_the_suffix_that_decides_its_format(tmp_path):
    suffixes = []
    write_whole(tmp_path / "a.keras", lambda temporary: suffixes.append(temporary.suffix))

    assert suffixes == [".keras"]


def test_no_link_is_followed(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "victim.txt").write_text("precious")
    for name in ("a.txt", ".a.tmp.txt"):  # the second was a temporary file of earlier versions
        (tmp_path / "run" / name).symlink_to("../victim.txt")

    write_text(tmp_path / "run" / "a.txt", "new")

    assert (tmp_path / "victim.txt").read_text() == "precious"
    assert (tmp_path / "run" / "a.txt").read_text() == "new"
    assert not (tmp_path / "run" / "a.txt").is_symlink()
    assert (tmp_path / "run" / ".a.tmp.txt").is_symlink()


def test_files_of_others_stay(tmp_path):
    for name in (".a.tmp.txt", "b.tmp", "model_temp"):
        (tmp_path / name).write_text("of another program")

    write_text(tmp_path / "a.txt", "new")

    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", ".a.tmp.txt", "b.tmp", "model_temp"}


def test_a_checksum_is_not_that_of_a_file_outside(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "victim.txt").write_text("precious")
    (tmp_path / "run" / "x").symlink_to("../victim.txt")

    with pytest.raises(ganreg.RunError, match="a link that leads out"):
        sha256_of(tmp_path / "run" / "x")
    assert sha256_of(tmp_path / "victim.txt") == hashlib.sha256(b"precious").hexdigest()
