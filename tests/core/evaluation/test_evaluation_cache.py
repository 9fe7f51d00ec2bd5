"""What evaluations keep between processes, and damaged files of it."""

import os
import subprocess
import sys
import time

import numpy as np
import pytest

from ganreg.evaluation.cache import cached_array, cached_file, cached_values, key_of


def never(*_):
    pytest.fail("it was computed again")


def only_file(cache, suffix):
    (path,) = [path for path in cache.rglob(f"*{suffix}") if path.is_file()]
    return path


def test_a_key_changes_with_each_fact_and_is_the_same_in_every_process():
    facts = ("a", 1, [2.5, None], {"x": True})
    others = [("b", *facts[1:]), ("a", 2, *facts[2:]), (*facts[:3], {"x": False}), facts[:3]]

    assert key_of(*facts) not in {key_of(*other) for other in others}
    code = f"from ganreg.evaluation.cache import key_of; print(key_of(*{facts!r}))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == key_of(*facts)


def test_arrays():
    values = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    cached_array("a", lambda: values)

    np.testing.assert_array_equal(cached_array("a", never), values)


@pytest.mark.parametrize("content", [b"", b"nothing", None])
def test_a_damaged_array_is_computed_again(cache, content):
    cached_array("a", lambda: np.ones((200, 3)))
    path = only_file(cache, ".npz")
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    path.write_bytes(damaged if content is None else content)

    np.testing.assert_array_equal(cached_array("a", lambda: np.zeros(2)), np.zeros(2))
    np.testing.assert_array_equal(cached_array("a", never), np.zeros(2))


def test_numbers():
    cached_values("a", lambda: {"x": 1.5, "y": -2.0})

    assert cached_values("a", never) == {"x": 1.5, "y": -2.0}


@pytest.mark.parametrize("content", ["{broken", "[1]", '{"x": null}'])
def test_damaged_numbers_are_computed_again(cache, content):
    cached_values("a", lambda: {"x": 1.5})
    only_file(cache, ".json").write_text(content)

    assert cached_values("a", lambda: {"x": 2.5}) == {"x": 2.5}
    assert cached_values("a", never) == {"x": 2.5}


def test_every_flipped_bit_is_noticed(cache):
    cached_values("a", lambda: {"x": 1.25, "y": 2.5})
    path = only_file(cache, ".json")
    whole = path.read_bytes()
    for bit in range(0, len(whole) * 8, 3):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        assert cached_values("a", lambda: {"x": 7.0}) == {"x": 7.0}
        path.unlink()
        cached_values("a", lambda: {"x": 1.25, "y": 2.5})


@pytest.mark.parametrize("change", ["link", "pipe", "hole"])
def test_what_is_not_a_file_of_the_cache_is_replaced(cache, tmp_path, change):
    cached_array("a", lambda: np.ones(3))
    (tmp_path / "victim.txt").write_text("precious")
    for path in (only_file(cache, ".npz"), only_file(cache, ".npz.sha256")):
        path.unlink()
        if change == "hole":
            with path.open("wb") as file:
                file.truncate(300 * 10**9)
        elif change == "link":
            path.symlink_to(tmp_path / "victim.txt")
        else:
            os.mkfifo(path)

    np.testing.assert_array_equal(cached_array("a", lambda: np.zeros(2)), np.zeros(2))
    np.testing.assert_array_equal(cached_array("a", never), np.zeros(2))
    assert (tmp_path / "victim.txt").read_text() == "precious"


HOLDER = """
import os, signal
from ganreg.evaluation.cache import cached_values
cached_values("a", lambda: print("held", flush=True) or os.kill(os.getpid(), signal.SIGSTOP) or {"x": 1.0})
"""


def test_the_work_goes_on_without_the_cache_if_a_stopped_process_holds_it(cache, monkeypatch, caplog):
    monkeypatch.setattr("ganreg.files.lock._PATIENCE", 0.2)
    with subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        began = time.monotonic()
        assert cached_values("a", lambda: {"x": 2.0}) == {"x": 2.0}
        assert time.monotonic() - began < 10
        holder.kill()
    assert f"waiting for process {holder.pid}, which is stopped" in caplog.text


def test_without_a_home_there_is_no_cache(monkeypatch):
    monkeypatch.setenv("GANREG_CACHE", "~nobody-of-that-name/cache")

    assert cached_values("a", lambda: {"x": 1.0}) == {"x": 1.0}
    assert cached_values("a", lambda: {"x": 2.0}) == {"x": 2.0}


def test_files():
    def read(path):
        return path.read_text() if path.is_file() else None

    for make in (lambda: "text", never):
        value = cached_file("a", ".txt", read, make, lambda text, path: path.write_text(text))
        assert value == "text"


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "file"))

    assert cached_values("a", lambda: {"x": 1.0}) == {"x": 1.0}
    np.testing.assert_array_equal(cached_array("a", lambda: np.ones(2)), np.ones(2))
