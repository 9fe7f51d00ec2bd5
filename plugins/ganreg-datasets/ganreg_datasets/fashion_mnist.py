"""The dataset `fashion-mnist`, read from local files or downloaded where the user asks for it."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np
import numpy.typing as npt
from attrs import validators

from ganreg import Data, DataError, Dataset, DataSpec, cache_folder, parameter
from ganreg import download as fetch
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
CACHED = "fashion-mnist"
"""The folder within ganreg's cache."""
SIDE = 28
CHECKSUMS = {
    "train-images-idx3-ubyte": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}
"""The names of the files, and the SHA-256 of each as its authors offer it, compressed with gzip."""
FILES = tuple(CHECKSUMS)
OFFICIAL_PLACE = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"
"""Where the authors offer the files (https://github.com/zalandoresearch/fashion-mnist); the checksums protect them."""


@attrs.frozen(kw_only=True)
class FashionMnist(Dataset):
    """70,000 greyscale images of clothes, 28x28, in 10 classes: 60,000 for training and 10,000 held out.

    Images stay uint8, which the engine scales to -1..1 batch by batch. If there is a `path`, they are read from it;
    otherwise from the folder of Debian's package `dataset-fashion-mnist`, from the cache of
    `keras.datasets.fashion_mnist.load_data()` (`$KERAS_HOME`, or `~/.keras`), or from ganreg's own cache.

    They are downloaded (31 MB, with checksums) only if `download` is true and they are not found: to `path`, or to
    ganreg's cache (`$GANREG_CACHE`, or `~/.cache/ganreg` on Linux).

    Source: Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747.
    """

    path: Path | None = parameter(None, "folder of the four idx files, plain or .gz; none searches the usual places")
    download: bool = parameter(False, "download the files if they are not found", validators.instance_of(bool))

    def spec(self) -> DataSpec:
        """Describes one image, without looking for the files."""
        return DataSpec((SIDE, SIDE, 1), num_classes=len(CLASS_NAMES), value_range=(-1.0, 1.0))

    def load(self) -> Data:
        """Returns the images; each instance reads the four files once.

        Raises:
            DataError: if the files are not found or cannot be downloaded, or one is missing, truncated or not an idx
                file of the right size.
        """
        return self._data

    @functools.cached_property
    def _data(self) -> Data:
        train_images, train_labels, test_images, test_labels = find_files(self.path, download=self.download)
        train, test = read_images(train_images), read_images(test_images)
        return Data(
            train=train,
            train_labels=read_labels(train_labels, len(train)),
            test=test,
            test_labels=read_labels(test_labels, len(test)),
            class_names=CLASS_NAMES,
        )


def find_files(path: str | Path | None, *, download: bool = False) -> list[Path]:
    """Returns the four files, in the order of `FILES`, from the first folder that has them all.

    Args:
        path: the only folder to search; `None` or an empty path searches the usual ones.
        download: whether to download them to that folder, or to ganreg's cache, if they are not found. Defaults to
            `False`.

    Raises:
        DataError: if no folder has them; the message names the missing file, or says how to get them.
    """
    if path:
        folder = expand(path)
        if download:
            _download_missing(folder)
        return _files_in_given(folder)
    for folder in usual_folders():
        found = _files_in(folder)
        if None not in found.values():
            return [file for file in found.values() if file is not None]
    if not download:
        raise DataError(
            "Fashion-MNIST was not found on this machine; download it once with --download (31 MB; in Python: "
            "fashion-mnist:download=true), run 'apt-get install dataset-fashion-mnist' (Debian), or set path= to a "
            "folder with its four idx files"
        )
    cache = cache_folder()
    if cache is None:
        raise DataError("there is no cache folder to download Fashion-MNIST to; set path= to a folder for it")
    _download_missing(cache / CACHED)
    return _files_in_given(cache / CACHED)


def _download_missing(folder: Path) -> None:
    for name, file in _files_in(folder).items():
        if file is None:
            fetch(f"{OFFICIAL_PLACE}/{name}.gz", folder / f"{name}.gz", sha256=CHECKSUMS[name])


def usual_folders() -> Iterator[Path]:
    """Yields the folders of Debian's package, of Keras's cache, and of ganreg's own."""
    yield DEBIAN_FOLDER
    yield expand(os.environ.get("KERAS_HOME") or "~/.keras") / "datasets" / "fashion-mnist"
    if (cache := cache_folder()) is not None:
        yield cache / CACHED


def _files_in_given(folder: Path) -> list[Path]:
    found = _files_in(folder)
    missing = [name for name, file in found.items() if file is None]
    if missing:
        raise DataError(
            f"folder {folder} lacks the Fashion-MNIST files {', '.join(missing)} (each may end in .gz); "
            "check path=, leave it out to search the usual places, or download them with --download"
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
