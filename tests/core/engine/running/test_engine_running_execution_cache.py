"""Remembering which execution was fastest."""

import pytest

from ganreg.engine.running import execution_cache
from ganreg.engine.running.execution import Execution


def test_another_batch_size_is_another_key(small):
    assert execution_cache.key_of(small().players, 16, 50) != execution_cache.key_of(small().players, 32, 50)


def test_another_processor_or_gpu_is_another_key(small, monkeypatch):
    before = execution_cache.key_of(small().players, 16, 50)
    monkeypatch.setattr(execution_cache, "computes_with", lambda: ["x86_64", "Acme 8", "2 cores"])

    assert execution_cache.key_of(small().players, 16, 50) != before


@pytest.mark.parametrize("content", ["", "{", "[]", '{"KEY": {"mode": "warp", "updates_per_call": 1}}', '{"KEY": 1}'])
def test_a_damaged_memory_is_no_memory(cache, content):
    cache.mkdir()
    (cache / "execution.json").write_text(content.replace("KEY", "k"))
    assert execution_cache.recall("k") is None
    execution_cache.keep("k", Execution("xla", 5))
    assert execution_cache.recall("k") == Execution("xla", 5)


def test_a_memory_that_cannot_be_written_is_no_failure(cache):
    cache.write_text("a file where the folder should be")
    execution_cache.keep("k", Execution("xla", 5))
    assert execution_cache.recall("k") is None


def test_what_is_kept_is_recalled_beside_the_others():
    execution_cache.keep("first", Execution("xla", 5))
    execution_cache.keep("second", Execution("graph", 1))
    execution_cache.keep("first", Execution("xla", 7))
    assert execution_cache.recall("first") == Execution("xla", 7)
    assert execution_cache.recall("second") == Execution("graph", 1)
    assert execution_cache.recall("third") is None


@pytest.mark.parametrize("change", [{"seed": 7}, {"steps": 3}])
def test_what_does_not_change_the_time_of_an_update_is_no_part_of_the_key(small, change):
    assert execution_cache.key_of(small(**change).players, 16, 50) == execution_cache.key_of(small().players, 16, 50)
