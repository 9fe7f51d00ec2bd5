"""What evaluations keep between processes, and damaged files of it."""

import subprocess
import sys

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
