"""Labelled images that are easy to learn, a Keras model worked out by hand, and a cache in a folder."""

import keras
import numpy as np
import pytest

from ganreg import Data
from ganreg.contract.extractors import Cache


def bars(count, seed):
    """Images 4x4 of noise with a bright row, whose number is the label."""
    stream = np.random.default_rng(seed)
    labels = stream.integers(4, size=count)
    images = stream.uniform(-1.0, 0.0, size=(count, 4, 4, 1))
    images[np.arange(count), labels] += 1.0
    return images.astype(np.float32), labels


@pytest.fixture(name="bars")
def draw_bars():
    """Draws bars: `images, labels = bars(count, seed)`."""
    return bars


@pytest.fixture
def bars_data():
    """400 bars to train on and 100 held out; `bars_data(held_out=False)` has no held-out ones."""

    def make(*, held_out=True):
        train, test = bars(400, 0), bars(100, 1)
        tested = {"test": test[0], "test_labels": test[1]} if held_out else {}
        return Data(train=train[0], train_labels=train[1], value_range=(-1, 1), **tested)

    return make


class FolderCache(Cache):
    """Keeps files in a folder, and counts what was computed."""

    def __init__(self, folder):
        self.folder, self.made = folder, 0

    def file(self, suffix, *facts, make, write, read):
        path = self.folder / f"{abs(hash(facts))}{suffix}"
        value = read(path)
        if value is None:
            self.made += 1
            value = make()
            write(value, path)
        return value


@pytest.fixture
def folder_cache(tmp_path):
    """A cache that keeps files in a folder of the test's own."""
    return FolderCache(tmp_path)


@pytest.fixture(scope="session")
def model_file(tmp_path_factory):
    """A file of a model whose hidden layer is x @ [[1], [2]], and whose output is the softmax of that and 0."""
    inputs = keras.Input((2,))
    hidden = keras.layers.Dense(1, use_bias=False, name="hidden")(inputs)
    outputs = keras.layers.Dense(2, use_bias=False, activation="softmax")(hidden)
    model = keras.Model(inputs, outputs)
    model.layers[1].set_weights([np.array([[1.0], [2.0]])])
    model.layers[2].set_weights([np.array([[1.0, 0.0]])])
    path = tmp_path_factory.mktemp("models") / "by_hand.keras"
    model.save(path)
    return path
