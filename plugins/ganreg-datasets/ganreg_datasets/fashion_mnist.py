"""The dataset `fashion-mnist`, read from a copy on this machine."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np
import numpy.typing as npt

from ganreg import Data, DataError, Dataset, DataSpec, parameter
from ganreg_datasets.files import expand
from ganreg_datasets.idx import read_idx

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")
SIDE = 28
FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


@attrs.frozen(kw_only=True)
class FashionMnist(Dataset):
    """70,000 grey pictures of clothes, 28x28, in 10 classes: 60,000 to train on and 10,000 held out.

    Pictures stay uint8, which the engine scales to -1..1 a batch at a time. They are never downloaded, but looked
    for in `path` where it is given; otherwise in the folder of Debian's package `dataset-fashion-mnist`, then where
    `keras.datasets.fashion_mnist.load_data()` keeps them (`$KERAS_HOME`, or `~/.keras`).

    Source: Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747.
    """

    path: Path | None = parameter(None, "folder with the four idx files, as .gz or not; none looks in the usual places")

    def spec(self) -> DataSpec:
        """Describes one picture, without looking for the files."""
        return DataSpec((SIDE, SIDE, 1), num_classes=len(CLASS_NAMES), value_range=(-1.0, 1.0))

    def load(self) -> Data:
        """Reads the four files, once for each instance.

        Raises:
            DataError: they are nowhere, or one is missing, truncated or no idx file of the right size.
        """
        return self._data

    @functools.cached_property
    def _data(self) -> Data:
        train_images, train_labels, test_images, test_labels = find_files(self.path)
        train, test = read_images(train_images), read_images(test_images)
        return Data(
            train=train,
            train_labels=read_labels(train_labels, len(train)),
            test=test,
            test_labels=read_labels(test_labels, len(test)),
            class_names=CLASS_NAMES,
        )


def find_files(path: str | Path | None) -> list[Path]:
    """Returns the four files, in the order of `FILES`, from the first folder that has them all.

    Args:
        path: the only folder to look in, or nothing for the usual ones.

    Raises:
        DataError: no folder has them; the message says which is missing, or how to get them.
    """
    if path:
        return _files_in_given(expand(path))
    for folder in usual_folders():
        found = _files_in(folder)
        if None not in found.values():
            return [file for file in found.values() if file is not None]
    raise DataError(
        "Fashion-MNIST is not on this machine: run 'apt-get install dataset-fashion-mnist' (Debian), or once "
        "'keras.datasets.fashion_mnist.load_data()' in Python, or give path= a folder with its four idx files"
    )


def usual_folders() -> Iterator[Path]:
    """Yields where copies are kept: Debian's package, then Keras's cache."""
    yield DEBIAN_FOLDER
    yield expand(os.environ.get("KERAS_HOME") or "~/.keras") / "datasets" / "fashion-mnist"


def _files_in_given(folder: Path) -> list[Path]:
    found = _files_in(folder)
    missing = [name for name, file in found.items() if file is None]
    if missing:
        raise DataError(
            f"folder {folder} lacks Fashion-MNIST's {', '.join(missing)} (each may end in .gz); "
            "check path=, or leave it out to look in the usual places"
        )
    return [file for file in found.values() if file is not None]


def _files_in(folder: Path) -> dict[str, Path | None]:
    return {name: _existing(folder / name, folder / f"{name}.gz") for name in FILES}


def _existing(*candidates: Path) -> Path | None:
    return next((file for file in candidates if os.path.isfile(file)), None)  # noqa: PTH113 - raises nothing


def read_images(path: Path) -> npt.NDArray[np.uint8]:
    """Reads pictures as uint8 `[N, 28, 28, 1]`.

    Raises:
        DataError: the file is broken, empty, or holds pictures of another size.
    """
    images = read_idx(path, axes=3)
    if len(images) == 0 or images.shape[1:] != (SIDE, SIDE):
        raise DataError(f"{path} should hold {SIDE}x{SIDE} pictures, and holds an array of shape {images.shape}")
    return images[..., np.newaxis]


def read_labels(path: Path, count: int) -> npt.NDArray[np.uint8]:
    """Reads one label a picture.

    Raises:
        DataError: the file is broken, has another number of labels, or names a class that there is none of.
    """
    labels = read_idx(path, axes=1)
    if len(labels) != count:
        raise DataError(f"{path} holds {len(labels)} labels for {count} pictures; take all four files from one source")
    if labels.max() >= len(CLASS_NAMES):
        raise DataError(f"{path} holds the label {labels.max()}, but Fashion-MNIST's end at {len(CLASS_NAMES) - 1}")
    return labels
