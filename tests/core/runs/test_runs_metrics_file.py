"""The rows of `metrics.csv`: which iterations each stands for, and the state that a checkpoint keeps."""

import numpy as np
import pytest

import ganreg
from ganreg.runs.metrics_file import MetricsFile


def test_rows_hold_means_since_the_row_before(tmp_path):
    """Iterations 0..6 of value 0..6, a row each third: means of 0, 1, 2 and of 3, 4, 5; one player's are missing."""
    path = tmp_path / "metrics.csv"
    recorder = MetricsFile(path, ["a", "b"], rows_every=3)
    recorder.on_updates(0, {"a": np.array([0.0, 1.0])})
    recorder.on_updates(2, {"a": np.array([2.0])})
    recorder.on_updates(3, {"a": np.array([3.0, 4.0, 5.0]), "b": np.array([7.0, 7.0, 10.0])})
    assert path.read_text() == "iteration,a,b\n3,1,\n6,4,8\n"


@pytest.mark.parametrize("sizes", [[11], [1] * 11, [5, 6], [4, 4, 3], [2, 9]])
def test_rows_do_not_depend_on_how_many_iterations_a_call_runs(tmp_path, sizes):
    """Iterations 0..10 of their own number, a row each 4: means of 0..3 and of 4..7, and of 8..10 at the end."""
    recorder, first = MetricsFile(tmp_path / "metrics.csv", ["a"], rows_every=4), 0
    for size in sizes:
        recorder.on_updates(first, {"a": np.arange(first, first + size, dtype=np.float32)})
        first += size
    recorder.on_train_end()
    assert (tmp_path / "metrics.csv").read_text() == "iteration,a\n4,1.5\n8,5.5\n11,9\n"


def test_metrics_that_cannot_be_written_say_where(tmp_path):
    with pytest.raises(ganreg.RunError, match=r"cannot write .*metrics\.csv"):
        MetricsFile(tmp_path / "missing" / "metrics.csv", ["a"], rows_every=1).on_train_begin()


def test_rows_by_iteration(tmp_path):
    recorder = MetricsFile(tmp_path / "metrics.csv", ["a"])
    recorder.on_updates(0, {"a": np.zeros(10_150, np.float32)})
    ends = [int(row.split(",")[0]) for row in (tmp_path / "metrics.csv").read_text().splitlines()[1:]]
    sizes = np.diff([0, *ends])
    assert {size: ends[int(np.argmax(sizes == size))] - size for size in (1, 2, 5, 10, 20, 50)} == {
        1: 0, 2: 400, 5: 1000, 10: 2000, 20: 4000, 50: 10_000,
    }  # fmt: skip
    assert np.all(np.diff(sizes) >= 0)
    assert ends[-1] == 10_150


def numbers(first, count):
    """Logs of iterations that have their own number as value."""
    return {"a": np.arange(first, first + count, dtype=np.float32)}


def test_a_restored_file_continues_within_a_row(tmp_path):
    path = tmp_path / "metrics.csv"
    before = MetricsFile(path, ["a"], rows_every=4)
    before.on_updates(0, numbers(0, 6))
    state = before.state()
    before.on_updates(6, numbers(6, 5))  # written after the checkpoint

    after = MetricsFile(path, ["a"], rows_every=4)
    after.restore(state)
    assert path.read_text() == "iteration,a\n4,1.5\n8,5.5\n"  # the run may still be refused
    after.on_train_begin()
    assert path.read_text() == "iteration,a\n4,1.5\n"
    after.on_updates(6, numbers(6, 2))
    assert path.read_text() == "iteration,a\n4,1.5\n8,5.5\n"


def test_the_row_at_the_end_of_a_training_is_preliminary(tmp_path):
    path = tmp_path / "metrics.csv"
    recorder = MetricsFile(path, ["a"], rows_every=4)
    for _ in range(2):  # as a training that is extended twice
        recorder.on_updates(0, numbers(0, 3))
        recorder.on_train_end()
        assert path.read_text() == "iteration,a\n3,1\n"
        recorder = MetricsFile(path, ["a"], rows_every=4)


@pytest.mark.parametrize(
    ("columns", "message"), [(["a"], "with b$"), (["a", "b", "c"], "without c$"), (["b", "a"], "in another order$")]
)
def test_other_columns_are_described(tmp_path, columns, message):
    state = MetricsFile(tmp_path / "metrics.csv", columns).state()
    with pytest.raises(ganreg.RunError, match=message.replace("$", "; --allow-changes")):
        MetricsFile(tmp_path / "metrics.csv", ["a", "b"]).restore(state)


def test_a_file_with_other_columns_is_kept_under_another_name(tmp_path):
    (tmp_path / "metrics.csv").write_text("iteration,old\n1,7\n")
    for attempt in range(2):  # a second attempt must not overwrite what the first one kept
        recorder = MetricsFile(tmp_path / "metrics.csv", ["a"], rows_every=4)
        recorder.begin_after(6)
        assert (tmp_path / "metrics.csv").read_text().startswith("iteration,old" if attempt == 0 else "iteration,a")
        recorder.on_updates(6, numbers(6, 2))
    assert (tmp_path / "metrics-to-6.csv").read_text() == "iteration,old\n1,7\n"
    assert (tmp_path / "metrics.csv").read_text() == "iteration,a\n8,6.5\n"


def test_listeners_receive_each_row_without_empty_cells(tmp_path):
    received = []
    recorder = MetricsFile(tmp_path / "metrics.csv", ["a", "b"], rows_every=2)
    recorder.listeners.append(lambda iteration, values: received.append((iteration, values)))
    recorder.on_updates(0, numbers(0, 4))
    assert received == [(2, {"a": 0.5}), (4, {"a": 2.5})]
