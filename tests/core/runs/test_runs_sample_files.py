"""Samples in files of each format."""

import csv
from types import SimpleNamespace

import attrs
import numpy as np
import pytest
from PIL import Image

from ganreg import DataError, Dataset, DataSpec, Game, NetworkSpec
from ganreg.runs.sample_files import refuse_unfit, write_array, write_samples

POINTS = np.float32([[1.5, -2.0], [0.1, 3.0]])
IMAGES = np.zeros((5, 4, 4, 1), np.float32)


@attrs.frozen(kw_only=True)
class Named(Dataset):
    """A table with names of its own."""

    def columns(self, samples, labels):
        return {"left": samples[:, 0] * 10, "kind": ["abc"[label] for label in labels]}


def gan(data, source=None):
    """What is asked of a GAN; its second network makes vectors of three numbers."""
    networks = {"generator": NetworkSpec("generator", data), "encoder": NetworkSpec("encoder", DataSpec((3,)))}
    assembly = SimpleNamespace(game=Game(), networks=networks, source=source)
    return SimpleNamespace(assembly=assembly, recipe=SimpleNamespace(name="mine"))


def rows(path):
    return list(csv.reader(path.read_text(encoding="utf-8").splitlines()))


def test_an_array_is_the_samples(tmp_path):
    write_samples(gan(DataSpec((2,))), POINTS, tmp_path / "a.npy")
    write_array(tmp_path / "b.npy", POINTS)

    for name in ("a.npy", "b.npy"):
        read = np.load(tmp_path / name)
        assert read.dtype == np.float32
        np.testing.assert_array_equal(read, POINTS)


def test_a_table_without_names_has_numbers_and_labels(tmp_path):
    write_samples(gan(DataSpec((2,))), POINTS, tmp_path / "a.csv", labels=np.array([2, 0]))

    assert rows(tmp_path / "a.csv") == [["x0", "x1", "label"], ["1.5", "-2.0", "2"], ["0.1", "3.0", "0"]]


def test_one_label_is_that_of_every_row(tmp_path):
    write_samples(gan(DataSpec((2,))), POINTS, tmp_path / "a.csv", labels=1)

    assert [row[-1] for row in rows(tmp_path / "a.csv")] == ["label", "1", "1"]


def test_a_table_has_the_columns_of_its_dataset_unless_another_network_made_it(tmp_path):
    made, labels = gan(DataSpec((2,)), Named()), np.array([2, 0])

    write_samples(made, POINTS, tmp_path / "own.csv", labels=labels)
    write_samples(made, np.float32([[1, 2, 3]]), tmp_path / "other.csv", network="encoder")

    assert rows(tmp_path / "own.csv") == [["left", "kind"], ["15.0", "c"], ["1.0", "a"]]
    assert rows(tmp_path / "other.csv") == [["x0", "x1", "x2"], ["1.0", "2.0", "3.0"]]


def test_images_are_drawn_in_a_grid_and_vectors_as_a_plot(tmp_path):
    write_samples(gan(DataSpec((4, 4, 1), value_range=(-1, 1))), IMAGES, tmp_path / "grid.png")
    write_samples(gan(DataSpec((2,))), POINTS, tmp_path / "plot.png")

    with Image.open(tmp_path / "grid.png") as grid:
        pixels = np.asarray(grid.convert("L"))
    assert set(np.unique(pixels)) == {128, 255}  # five grey images of 3x2 places on white
    height, width = pixels.shape
    assert (pixels == 128).mean() == pytest.approx(5 / 6, abs=0.05)
    assert width > height
    with Image.open(tmp_path / "plot.png") as plot:
        assert plot.size == (660, 550)


def test_images_cannot_be_rows_of_a_table(tmp_path):
    with pytest.raises(DataError, match=r"shape 4x4x1 cannot be rows of a table; write a\.png or a\.npy"):
        write_samples(gan(DataSpec((4, 4, 1))), IMAGES, tmp_path / "a.csv")
    assert not list(tmp_path.iterdir())
    for name in ("a.png", "a.npy"):
        refuse_unfit(tmp_path / name, DataSpec((4, 4, 1)))
    refuse_unfit(tmp_path / "a.csv", DataSpec((2,)))
