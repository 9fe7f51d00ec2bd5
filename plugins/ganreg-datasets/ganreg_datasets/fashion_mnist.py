"""The dataset `fashion-mnist`, read from local files."""

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
    """70,000 greyscale images of clothes, 28x28, in 10 classes: 60,000 for training and 10,000 held out.

    Images stay uint8, which the engine scales to -1..1 batch by batch. They are never downloaded. If there is a `path`,
    they are read from it; otherwise from the folder of Debian's package `dataset-fashion-mnist`, or else from the cache
    of `keras.datasets.fashion_mnist.load_data()` (`$KERAS_HOME`, or `~/.keras`).

    Source: Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747.
    """

    path: Path | None = parameter(None, "folder of the four idx files, plain or .gz; none searches the usual places")

    def spec(self) -> DataSpec:
        """Describes one image, without looking for the files."""
        return DataSpec((SIDE, SIDE, 1), num_classes=len(CLASS_NAMES), value_range=(-1.0, 1.0))

    def load(self) -> Data:
        """Returns the images; each instance reads the four files once.

        Raises:
            DataError: if the files are not found, or one is missing, truncated or not an idx file of the right size.
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
        path: the only folder to search; `None` or an empty path searches the usual ones.

    Raises:
        DataError: if no folder has them; the message names the missing file, or says how to get them.
    """
    if path:
        return _files_in_given(expand(path))
    for folder in usual_folders():
        found = _files_in(folder)
        if None not in found.values():
            return [file for file in found.values() if file is not None]
    raise DataError(
        "Fashion-MNIST was not found on this machine; run 'apt-get install dataset-fashion-mnist' (Debian), call "
        "keras.datasets.fashion_mnist.load_data() once in Python, or set path= to a folder with its four idx files"
    )


def usual_folders() -> Iterator[Path]:
    """Yields the folders of Debian's package and of Keras's cache."""
    yield DEBIAN_FOLDER
    yield expand(os.environ.get("KERAS_HOME") or "~/.keras") / "datasets" / "fashion-mnist"


def _files_in_given(folder: Path) -> list[Path]:
    found = _files_in(folder)
    missing = [name for name, file in found.items() if file is None]
    if missing:
        raise DataError(
            f"folder {folder} lacks the Fashion-MNIST files {', '.join(missing)} (each may end in .gz); "
            "check path=, or leave it out to search the usual places"
        )
    return [file for file in found.values() if file is not None]


def _files_in(folder: Path) -> dict[str, Path | None]:
    return {name: _existing(folder / name, folder / f"{name}.gz") for name in FILES}


def _existing(*candidates: Path) -> Path | None:
    return next((file for file in candidates if os.path.isfile(file)), None)  # noqa: PTH113 - never raises


def read_images(path: Path) -> npt.NDArray[np.uint8]:
    """Reads images as uint8 `[N, 28, 28, 1]`.

    Raises:
        DataError: if the file is broken or empty, or holds images of another size.
    """
    images = read_idx(path, axes=3)
    if len(images) == 0 or images.shape[1:] != (SIDE, SIDE):
        raise DataError(f"{path} must hold {SIDE}x{SIDE} images, but holds an array of shape {images.shape}")
    return images[..., np.newaxis]


def read_labels(path: Path, count: int) -> npt.NDArray[np.uint8]:
    """Reads one label for each image.

    Raises:
        DataError: if the file is broken, has another number of labels, or holds a label that is not a class.
    """
    labels = read_idx(path, axes=1)
    if len(labels) != count:
        raise DataError(f"{path} holds {len(labels)} labels for {count} images; take all four files from one source")
    if labels.max() >= len(CLASS_NAMES):
        raise DataError(f"{path} holds the label {labels.max()}, but labels must be at most {len(CLASS_NAMES) - 1}")
    return labels
