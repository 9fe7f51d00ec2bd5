"""Batches made ready ahead are those that would have been taken, and nothing is lost where they are not wanted."""

import threading

import numpy as np
import pytest

from ganreg.data.batches import ArrayBatches
from ganreg.data.streams import StreamBatches
from ganreg.engine.running.feeding import Feed

SAMPLES = np.arange(40, dtype=np.float32).reshape(20, 2)


class Function:
    """Stands in for a train function: hands on what it is given, and notes the thread."""

    def __init__(self):
        self.threads = []

    def prepared(self, batches):
        self.threads.append(threading.current_thread().name)
        return batches, len(batches["real"])


@pytest.fixture
def batches():
    return ArrayBatches(SAMPLES, None, batch_size=4, seed=0)


def plain(first, count):
    return ArrayBatches(SAMPLES, None, batch_size=4, seed=0).take(first, count)["real"]


def test_what_was_asked_for_ahead_is_prepared_in_a_thread(batches):
    function = Function()
    with Feed(batches) as feed:
        feed.ask_ahead(function, 3, 4)
        np.testing.assert_array_equal(feed.take(function, 3, 4)[0]["real"], plain(3, 4))
        np.testing.assert_array_equal(feed.take(function, 7, 2)[0]["real"], plain(7, 2))
    assert [name.startswith("ganreg-batches") for name in function.threads] == [True, False]


def test_another_request_than_the_one_ahead_gets_its_own_batches(batches):
    function = Function()
    with Feed(batches) as feed:
        feed.ask_ahead(function, 3, 4)
        np.testing.assert_array_equal(feed.take(function, 3, 2)[0]["real"], plain(3, 2))


def test_a_pipeline_is_not_read_ahead():
    read = []

    def pipeline():
        for index in range(8):
            read.append(index)
            yield SAMPLES[:4]

    class Again:
        def __iter__(self):
            return pipeline()

    with Feed(StreamBatches(Again())) as feed:
        feed.ask_ahead(Function(), 0, 3)
        assert read == [0]
        feed.take(Function(), 0, 2)
        assert read == [0, 1]


def test_an_error_of_the_thread_is_raised_where_its_batches_are_taken(batches):
    class Broken(Function):
        def prepared(self, batches):
            raise OSError("the disk is gone")

    broken = Broken()
    with Feed(batches) as feed:
        feed.ask_ahead(broken, 0, 1)
        with pytest.raises(OSError, match="the disk is gone"):
            feed.take(broken, 0, 1)


def test_the_thread_ends_with_the_feed(batches):
    with Feed(batches) as feed:
        feed.ask_ahead(Function(), 0, 1)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ganreg-batches")]
