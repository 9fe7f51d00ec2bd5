"""A `PyDataset` gives the batches that its numbers name, in an order that depends on the seed and the epoch only."""

import threading

import keras
import numpy as np
import pytest

import ganreg
from ganreg.data.py_datasets import PyDatasetBatches


class Numbers(keras.utils.PyDataset):
    """10 numbers, which grow by 100 at the end of each epoch, in batches of 3."""

    def __init__(self, count=10, **options):
        super().__init__(**options)
        self.samples, self.log, self.read = np.arange(count, dtype=np.float32)[:, np.newaxis], [], []
        self.threads = set()

    def __len__(self):
        return (len(self.samples) + 2) // 3

    def __getitem__(self, index):
        self.read.append(index)
        self.threads.add(threading.current_thread().name)
        return self.samples[3 * index : 3 * index + 3], np.full(len(self.samples[3 * index : 3 * index + 3]), index)

    def on_epoch_begin(self):
        self.log.append("begin")

    def on_epoch_end(self):
        self.log.append("end")
        self.samples = self.samples + 100


class Endless(Numbers):
    @property
    def num_batches(self):
        return None

    def __getitem__(self, index):
        return np.full((2, 1), index, np.float32)


def firsts(batches, first, count):
    return batches.take(first, count)["real"][:, 0, 0].tolist()


def test_batches_come_by_number_and_epochs_change_the_dataset():
    dataset = Numbers()
    batches = PyDatasetBatches(dataset, seed=0, shuffle=False)
    assert (batches.batch_size, batches.per_epoch) == (3, 3)  # the last one is shorter
    assert firsts(batches, 0, 7) == [0, 3, 6, 100, 103, 106, 200]
    assert dataset.log == ["begin", "end", "begin", "end", "begin"]
    assert batches.take(7, 1)["labels"].tolist() == [[1, 1, 1]]


def test_the_order_is_that_of_arrays():
    batches = PyDatasetBatches(Numbers(), seed=7)
    expected = [
        100 * epoch + 3 * index
        for epoch in range(3)
        for index in np.random.Generator(np.random.PCG64([7, epoch])).permutation(3)
    ]
    assert firsts(batches, 0, 9) == expected


@pytest.mark.parametrize("first", [0, 1, 3, 5, 7])
@pytest.mark.parametrize("workers", [1, 3])
def test_a_resumed_training_sees_the_same_batches_and_reads_no_others(first, workers):
    whole = PyDatasetBatches(Numbers(), seed=7).take(0, 10)
    dataset = Numbers(workers=workers, max_queue_size=1)
    batches = PyDatasetBatches(dataset, seed=7)
    dataset.read.clear()
    rest = batches.take(first, 10 - first)
    for name, values in rest.items():
        np.testing.assert_array_equal(values, whole[name][first:])
    assert dataset.log == (["begin", "end"] * 4)[: 2 * (9 // 3) + 1]
    assert len(dataset.read) <= 10 - first + (workers > 1)


def test_an_earlier_batch_can_be_asked_for_again():
    batches = PyDatasetBatches(Numbers(9), seed=0, shuffle=False)
    assert firsts(batches, 0, 4) == [0, 3, 6, 100]
    assert firsts(batches, 1, 1) == [203]  # the dataset begins another epoch, as it does not go back


def test_several_workers_make_the_same_batches_in_threads():
    one, several = Numbers(30), Numbers(30, workers=3)
    expected = PyDatasetBatches(one, seed=1).take(0, 25)
    taken = PyDatasetBatches(several, seed=1).take(0, 25)
    for name, values in taken.items():
        np.testing.assert_array_equal(values, expected[name])
    assert one.threads == {threading.current_thread().name}
    assert one.threads.isdisjoint(several.threads)


@pytest.mark.slow
def test_several_processes_make_the_same_batches():
    """Each epoch's processes hold the dataset as it is in that epoch."""
    expected = PyDatasetBatches(Numbers(), seed=1).take(0, 5)
    taken = PyDatasetBatches(Numbers(workers=2, use_multiprocessing=True), seed=1).take(0, 5)
    for name, values in taken.items():
        np.testing.assert_array_equal(values, expected[name])


def test_an_endless_dataset_has_no_epochs():
    batches = PyDatasetBatches(Endless(workers=2), seed=0)
    assert batches.per_epoch is None
    assert firsts(batches, 5, 3) == [5, 6, 7]


class Broken(Numbers):
    def __getitem__(self, index):
        if index == 1:
            raise OSError("the disk\nis gone")
        return super().__getitem__(index)


class Uneven(Numbers):
    def __getitem__(self, index):
        return np.zeros((1 + (index == 1), 1))


class Lengthless(keras.utils.PyDataset):
    def __getitem__(self, index):
        return np.zeros((1, 1))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_dataset_that_fails_is_named_with_its_batch(workers):
    batches = PyDatasetBatches(Broken(workers=workers), seed=0, shuffle=False)
    with pytest.raises(
        ganreg.DataError, match="Broken failed at batch 1, counted from 0: OSError: the disk is gone"
    ) as e:
        batches.take(0, 2)
    assert e.value.exit_code == 1  # the work failed, the input was not wrong


def test_batches_of_other_sizes_are_refused():
    batches = PyDatasetBatches(Uneven(), seed=0, shuffle=False)
    with pytest.raises(ganreg.DataError, match="batch 1 of the data pipeline has 2 samples, but the first has 1; make"):
        batches.take(0, 2)


def test_a_dataset_without_a_length_or_without_batches_is_refused():
    with pytest.raises(ganreg.DataError, match="Lengthless does not tell its number of batches: NotImplementedError"):
        PyDatasetBatches(Lengthless(), seed=0)
    with pytest.raises(ganreg.DataError, match="yields no batch"):
        PyDatasetBatches(Numbers(0), seed=0)
