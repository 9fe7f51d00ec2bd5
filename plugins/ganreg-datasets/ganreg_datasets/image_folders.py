"""The dataset `image-folders`: two folders of the user's own images, sources and samples, in pairs or not."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import attrs
import numpy as np
from attrs import validators
from PIL import Image

from ganreg import Data, DataError, Dataset, DataSpec, GanregWarning, SpecError, parameter
from ganreg_datasets.files import expand
from ganreg_datasets.image_folder import Listing, list_images, read_image
from ganreg_datasets.splits import Array

_NAMED = 3
"""The number of files without a partner that a warning names."""


def _leaves_some(instance: ImageFolders, attribute: attrs.Attribute[Any], value: int) -> None:
    if value < 0 or value == 1:
        raise SpecError(f"held_out must be 0, to hold out no file, or at least 2, got {value}")


@attrs.frozen(kw_only=True)
class ImageFolders(Dataset):
    """Images from two folders: `source`, from which a game such as image translation makes those in `target`.

    Each folder holds image files or one subfolder for each class, as for `image-folder`; images are read in the same
    way, as uint8 `[N, size, size, channels]`. The classes are those of the target's subfolders.

    The two images of a pair have the same name, apart from the suffix, in the same subfolder. Images without a partner
    are left out, and a warning counts and names them. Without pairs, every image is used.

    Every `held_out`-th image of each class, in sorted order, is held out.
    """

    source: Path | None = parameter(None, "the folder of the sources; required")
    target: Path | None = parameter(None, "the folder of the samples to make; required")
    paired: bool = parameter(True, "whether images with the same name belong together", validators.instance_of(bool))
    size: int = parameter(64, "height and width of the resized samples, in pixels", validators.ge(1))
    source_size: int | None = parameter(
        None, "height and width of the resized sources; none: size", validators.optional(validators.ge(1))
    )
    channels: Literal[1, 3] = parameter(3, "1 for greyscale, 3 for colour", validators.in_((1, 3)))
    held_out: int = parameter(10, "holds out every N-th image of a class; 0: none", _leaves_some)

    def spec(self) -> DataSpec:
        """Describes a sample and a source; lists the folders without reading any image.

        Raises:
            DataError: as for `load`, except for broken images.
        """
        _, target = self._listings
        side = self.source_size or self.size
        return DataSpec(
            (self.size, self.size, self.channels),
            num_classes=len(target.class_names) or None,
            value_range=(-1.0, 1.0),
            source=DataSpec((side, side, self.channels), value_range=(-1.0, 1.0)),
            paired=self.paired,
        )

    def load(self) -> Data:
        """Returns samples and sources; each instance reads them once.

        Raises:
            DataError: if a folder is not given, does not exist or does not hold images as for `image-folder`, no image
                has a partner, two images of a folder have the same name, or an image is broken or larger than Pillow's
                limit. The message names the folder or file.

        Warns:
            GanregWarning: some images have no partner.
        """
        return self._data

    @functools.cached_property
    def _listings(self) -> tuple[Listing, Listing]:
        """The images of the sources and of the samples; in the same order if they are paired."""
        source, target = (_listed(name, getattr(self, name)) for name in ("source", "target"))
        return _paired(source, target) if self.paired else (source[1], target[1])

    @functools.cached_property
    def _data(self) -> Data:
        source, target = self._listings
        held_out = _held_out(target, self.held_out)
        train, test = self._read(target, held_out, self.size)
        # The two images of a pair have the same place in the same class, so that they are held out together.
        sources, test_sources = self._read(source, _held_out(source, self.held_out), self.source_size or self.size)
        labels = np.array(target.labels, np.int32) if target.class_names else None
        return Data(
            train=train,
            test=test,
            train_labels=None if labels is None else labels[~held_out],
            test_labels=None if labels is None or test is None else labels[held_out],
            class_names=target.class_names,
            source=Data(train=sources, test=test_sources),
            paired=self.paired,
        )

    def _read(self, listing: Listing, held_out: Array, size: int) -> tuple[Array, Array | None]:
        """Reads the images that are trained on, and those that are held out."""
        parts = []
        for wanted in (False, True):
            files = [file for file, held in zip(listing.files, held_out, strict=True) if held == wanted]
            images = np.empty((len(files), size, size, self.channels), np.uint8)
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                for index, file in enumerate(files):
                    images[index] = read_image(file, size, self.channels)
            parts.append(images)
        return parts[0], parts[1] if len(parts[1]) else None


def _listed(name: str, path: Path | None) -> tuple[Path, Listing]:
    if not path:
        raise DataError(
            f"dataset 'image-folders' needs the folder {name}=, as in image-folders:source=sketches,target=photos"
        )
    return expand(path), list_images(path, parameter=name)


def _paired(source: tuple[Path, Listing], target: tuple[Path, Listing]) -> tuple[Listing, Listing]:
    """Keeps the images with a partner of the same name, both in the order of the samples.

    Raises:
        DataError: no image has a partner, or two images of a folder have the same name.

    Warns:
        GanregWarning: some images have no partner.
    """
    sources, targets = (_by_name(folder, listing) for folder, listing in (source, target))
    common = [name for name in targets if name in sources]
    if not common:
        raise DataError(
            f"no image in {source[0]} has the name of one in {target[0]}; give the two images of a pair the same name "
            "and, if there are classes, the same subfolder, or use paired=false"
        )
    alone = [
        str(listing.files[index])
        for (_, listing), names, others in ((source, sources, targets), (target, targets, sources))
        for name, index in names.items()
        if name not in others
    ]
    if alone:
        verb = "is" if len(alone) == 1 else "are"
        more = f" and {len(alone) - _NAMED} more" if len(alone) > _NAMED else ""
        warnings.warn(
            f"{len(alone)} of {len(sources) + len(targets)} images {verb} left out because the other folder holds none "
            f"of the same name: {', '.join(alone[:_NAMED])}{more}",
            GanregWarning,
            stacklevel=2,
        )
    return (
        _chosen(source[1], [sources[name] for name in common]),
        _chosen(target[1], [targets[name] for name in common]),
    )


def _by_name(folder: Path, listing: Listing) -> Mapping[Path, int]:
    """The number of each image in the listing by its path in the folder, without the suffix."""
    names: dict[Path, int] = {}
    for index, file in enumerate(listing.files):
        other = names.setdefault(file.relative_to(folder).with_suffix(""), index)
        if other != index:
            both = " and ".join(str(listing.files[each].relative_to(folder)) for each in (other, index))
            raise DataError(f"{folder} holds both {both}, so that pairs are ambiguous; rename or remove one of them")
    return names


def _chosen(listing: Listing, indices: Sequence[int]) -> Listing:
    """Some images of a listing, and the classes that these have."""
    files = tuple(listing.files[index] for index in indices)
    if not listing.class_names:
        return Listing(files)
    classes, labels = np.unique([listing.labels[index] for index in indices], return_inverse=True)
    return Listing(files, tuple(labels.tolist()), tuple(listing.class_names[number] for number in classes))


def _held_out(listing: Listing, every: int) -> Array:
    """Marks every N-th image of each class, or of all images if there are no classes; none if N is 0."""
    labels = np.array(listing.labels or [0] * len(listing.files))
    mask = np.zeros(len(labels), np.bool_)
    for label in np.unique(labels) if every else ():
        mask[np.flatnonzero(labels == label)[every - 1 :: every]] = True
    return mask
