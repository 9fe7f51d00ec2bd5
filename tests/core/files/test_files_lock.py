"""A lock on a folder: it keeps other processes out, and ends with the process however that ends."""

import errno
import os
import signal
import subprocess
import sys
import time

import pytest

import ganreg
from ganreg.files import lock
from ganreg.files.lock import InUseError, locked

HOLDER = """
import sys, time
from pathlib import Path
from ganreg.files.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""

AS_BEFORE = """
import fcntl, os, sys, time
file = open(os.path.join(sys.argv[1], ".lock"), "a+")
fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
os.write(file.fileno(), b"%d" % os.getpid())
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""
"""Locks as the kernel knows them, without any library of ours."""


@pytest.fixture
def holder():
    """Starts a process that holds a folder for some seconds."""
    started = []

    def start(folder, seconds=60.0, code=HOLDER):
        command = [sys.executable, "-c", code, str(folder), str(seconds)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("code", [HOLDER, AS_BEFORE], ids=["locked", "flock"])
def test_the_error_names_the_folder_and_the_process_that_holds_it(tmp_path, holder, code):
    process = holder(tmp_path, code=code)

    with pytest.raises(InUseError) as error, locked(tmp_path):
        pass

    assert str(error.value).startswith(f"{tmp_path} is in use by process {process.pid};")


def test_a_killed_process_holds_nothing(tmp_path, holder):
    process = holder(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait()

    with locked(tmp_path):
        assert (tmp_path / ".lock").read_text() == f"{os.getpid()}\n"


def test_it_is_released_after_the_body_and_after_an_error(tmp_path):
    with pytest.raises(KeyError), locked(tmp_path):
        raise KeyError
    with locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


def test_locks_of_other_names_are_separate(tmp_path):
    with locked(tmp_path), locked(tmp_path, ".other"):
        pass


def test_waiting_ends_when_the_other_process_ends(tmp_path, holder):
    process = holder(tmp_path, seconds=1.0)
    began = time.monotonic()

    with locked(tmp_path, wait=True):
        assert time.monotonic() - began > 0.5
    assert process.wait() == 0


def test_waiting_has_an_end_and_says_what_it_waits_for(tmp_path, holder, monkeypatch):
    monkeypatch.setattr(lock, "_PATIENCE", 0.1)
    process, told = holder(tmp_path), []
    began = time.monotonic()

    with pytest.raises(InUseError), locked(tmp_path, wait=0.5, tell=told.append):
        pass

    assert 0.5 <= time.monotonic() - began < 5
    assert told == [f"process {process.pid}"]


def test_nobody_waits_for_a_process_that_is_stopped(tmp_path, holder, monkeypatch):
    monkeypatch.setattr(lock, "_PATIENCE", 0.1)
    process, told = holder(tmp_path), []
    process.send_signal(signal.SIGSTOP)
    began = time.monotonic()

    with pytest.raises(InUseError), locked(tmp_path, wait=60.0, tell=told.append):
        pass

    assert time.monotonic() - began < 10
    assert told == [f"process {process.pid}, which is stopped"]


def test_a_lock_is_not_a_link_and_not_a_file_of_others(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "victim.txt").write_text("precious")
    (tmp_path / "run" / ".lock").symlink_to("../victim.txt")
    with pytest.raises(ganreg.RunError, match=r"cannot write .*\.lock: it is a link"), locked(tmp_path / "run"):
        pass
    assert (tmp_path / "victim.txt").read_text() == "precious"

    (tmp_path / "run" / ".lock").unlink()
    (tmp_path / "run" / ".lock").write_text("{name: of another program}")
    with pytest.raises(ganreg.RunError, match="not one of ganreg's locks"), locked(tmp_path / "run"):
        pass
    assert (tmp_path / "run" / ".lock").read_text() == "{name: of another program}"


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ganreg.RunError, match=r"cannot write .*\.lock: No such file"), locked(tmp_path / "gone"):
        pass


def test_a_file_system_without_locks_locks_nothing(tmp_path, monkeypatch):
    def unsupported(_, *, blocking):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "lock_descriptor", unsupported)
    with locked(tmp_path), locked(tmp_path):
        pass
