"""What a GAN keeps of its logs: every value, or the means of several iterations where there are too many."""

from __future__ import annotations

import numpy as np

from ganreg.engine.running.log_book import LogBook


def numbers(first, count):
    return np.arange(first + 1, first + count + 1, dtype=np.float32)


def filled(*calls, most_rows=64):
    book = LogBook(most_rows)
    for first, count in calls:
        book.on_updates(first, {"loss": numbers(first, count)})
    return book


def test_every_iteration_of_every_call_is_a_row():
    iterations, values = filled((0, 3), (3, 1), (4, 6)).table()

    assert iterations.tolist() == list(range(1, 11))
    assert values["loss"].tolist() == list(range(1, 11))


def test_before_the_training_there_is_nothing():
    iterations, values = LogBook().table()

    assert len(iterations) == 0
    assert values == {}


def test_values_that_an_iteration_does_not_log_are_missing():
    book = LogBook()
    book.on_updates(0, {"loss": numbers(0, 2)})
    book.on_updates(2, {"penalty": numbers(2, 1)})

    _, values = book.table()

    np.testing.assert_array_equal(values["loss"], [1, 2, np.nan])
    np.testing.assert_array_equal(values["penalty"], [np.nan, np.nan, 3])


def test_a_long_training_keeps_means_in_bounded_memory():
    book = filled(*((50 * call, 50) for call in range(40)), most_rows=64)

    iterations, values = book.table()

    assert 16 <= len(iterations) <= 64
    assert iterations[-1] == 2000
    # The mean of the numbers between two rows, worked out from their ends.
    starts = np.concatenate([[0], iterations[:-1]])
    np.testing.assert_allclose(values["loss"], (starts + 1 + iterations) / 2, rtol=1e-6)


def test_means_leave_out_what_is_missing():
    book = LogBook(7)
    for first in range(8):
        book.on_updates(first, {"loss" if first % 2 else "penalty": numbers(first, 1)})

    iterations, values = book.table()

    assert iterations.tolist() == [4, 8]
    assert values["penalty"].tolist() == [2, 6]
    assert values["loss"].tolist() == [3, 7]


def test_rows_have_equally_many_iterations_up_to_the_latest_ones():
    iterations, _ = filled(*((50 * call, 50) for call in range(40)), most_rows=64).table()

    widths = np.diff(iterations, prepend=0)
    whole = widths[widths == widths[0]]
    assert widths[0] == 64
    assert (widths[: len(whole)] == widths[0]).all()


def test_a_training_that_goes_back_replaces_what_came_after():
    book = filled((0, 6))
    book.on_updates(2, {"loss": np.array([30.0], np.float32)})

    iterations, values = book.table()

    assert iterations.tolist() == [1, 2, 3]
    assert values["loss"].tolist() == [1, 2, 30]


def test_a_training_that_jumps_ahead_leaves_a_gap():
    iterations, _ = filled((0, 2), (10, 2)).table()

    assert iterations.tolist() == [1, 2, 11, 12]
