"""The dataset `image-folders`: two folders of the user's own images, sources and samples, in pairs or not."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import attrs
import numpy as np
from attrs import validators

from ganreg import (
    Data,
    DataError,
    Dataset,
    DataSpec,
    GanregWarning,
    SpecError,
    has_deep_images,
    parameter,
    read_images,
)
from ganreg_datasets.files import expand
from ganreg_datasets.image_folder import (
    CHANNELS,
    FIT,
    Fit,
    Size,
    mirrored,
    parts,
    positive_sides,
    range_of,
    sides_of,
)
from ganreg_datasets.image_listing import Listing, list_images
from ganreg_datasets.splits import Array

_NAMED = 3
"""The number of files without a partner that a warning names."""
_USUALLY_HELD_OUT = 10


def _leaves_some(instance: ImageFolders, attribute: attrs.Attribute[Any], value: int | None) -> None:
    if value is not None and (value < 0 or value == 1):
        raise SpecError(f"held_out must be 0, to hold out no file, or at least 2, got {value}")


@attrs.frozen(kw_only=True)
class ImageFolders(Dataset):
    """Images from two folders: `source`, from which a game such as image translation makes those in `target`.

    Each folder holds image files or one subfolder for each class, as for `image-folder`; images are read in the same
    way, as uint8 `[N, height, width, channels]`, or float32 if they have more than 8 bits. The classes are those of the
    target's subfolders.

    The two images of a pair have the same name, apart from the suffix, in the same subfolder. Images without a partner
    are left out, and a warning counts and names them. Without pairs, every image is used.

    If both folders hold `train` and `test`, the images of the latter are held out. Otherwise every `held_out`-th image
    of each class is, in sorted order.
    """

    source: Path | None = parameter(None, "the folder of the sources; required")
    target: Path | None = parameter(None, "the folder of the samples to make; required")
    paired: bool = parameter(True, "whether images with the same name belong together", validators.instance_of(bool))
    size: Size = parameter(64, "side of the resized samples in pixels, or [height,width]", positive_sides)
    source_size: Size | None = parameter(None, "the same for the resized sources; none: size", positive_sides)
    fit: Fit = parameter("crop", FIT, validators.in_(get_args(Fit)))
    channels: int = parameter(3, CHANNELS, validators.ge(1))
    mirror: bool = parameter(False, "add all images to train on mirrored, too", validators.instance_of(bool))
    held_out: int | None = parameter(
        None, "holds out every N-th image of a class; 0: none; none: the test folders, or every 10th", _leaves_some
    )

    def spec(self) -> DataSpec:
        """Describes a sample and a source; lists the folders without reading any image.

        Raises:
            DataError: as for `load`, except for broken images.
        """
        source, target = self._listings
        if has_deep_images(target.files) or has_deep_images(source.files):
            return self._data.spec
        return DataSpec(
            (*sides_of(self.size), self.channels),
            num_classes=len(target.class_names) or None,
            value_range=(-1.0, 1.0),
            source=DataSpec((*sides_of(self.source_size or self.size), self.channels), value_range=(-1.0, 1.0)),
            paired=self.paired,
        )

    def load(self) -> Data:
        """Returns samples and sources; each instance reads them once.

        Raises:
            DataError: if a folder is not given, does not exist or does not hold images as for `image-folder`, no image
                has a partner, two images of a folder have the same name, only one folder holds `train` and `test`,
                `held_out` is given although there are such folders, or an image is broken, larger than Pillow's limit
                or does not have as many channels. The message names the folder or file.

        Warns:
            GanregWarning: some images have no partner, files are skipped, or images have more than 8 bits.
        """
        return self._data

    @functools.cached_property
    def _listings(self) -> tuple[Listing, Listing]:
        """The images of the sources and of the samples; in the same order if they are paired."""
        source, target = (_listed(name, getattr(self, name)) for name in ("source", "target"))
        if bool(source[1].held_out) != bool(target[1].held_out):
            with_, without = (source[0], target[0]) if source[1].held_out else (target[0], source[0])
            raise DataError(f"{with_} holds the folders train and test, but {without} does not; divide both or neither")
        if source[1].held_out and self.held_out is not None:
            raise DataError(
                f"held_out has no effect next to the folder of held-out images in {target[0]}; leave it out"
            )
        return _paired(source, target) if self.paired else (source[1], target[1])

    @functools.cached_property
    def _data(self) -> Data:
        source, target = self._listings
        for listing in (source, target):
            listing.warn_of_skipped()
        held_out = self._held_out(target)
        # The two images of a pair have the same place in the same class, so that they are held out together.
        sources_held_out = held_out if self.paired else self._held_out(source)
        samples, value_range = self._read(target, self.size)
        train, test = parts(samples, held_out)
        given, source_range = self._read(source, self.source_size or self.size)
        sources, test_sources = parts(given, sources_held_out)
        labels = np.array(target.labels, np.int32) if target.class_names else None
        train_labels, test_labels = (None, None) if labels is None else parts(labels, held_out)
        if self.mirror:
            train, sources = mirrored(train), mirrored(sources)
            train_labels = None if train_labels is None else np.tile(train_labels, 2)
        return Data(
            train=train,
            test=test,
            train_labels=train_labels,
            test_labels=test_labels,
            value_range=value_range,
            class_names=target.class_names,
            source=Data(train=sources, test=test_sources, value_range=source_range),
            paired=self.paired,
        )

    def _read(self, listing: Listing, size: Size) -> tuple[Array, tuple[float, float]]:
        pixels = read_images(listing.files, self.channels, size=sides_of(size), fit=self.fit)
        return pixels.values, range_of(pixels.values, listing.root)

    def _held_out(self, listing: Listing) -> Array:
        if listing.held_out:
            return np.array(listing.held_out)
        return _every(listing, _USUALLY_HELD_OUT if self.held_out is None else self.held_out)


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
    chosen = attrs.evolve(
        listing,
        files=tuple(listing.files[index] for index in indices),
        held_out=tuple(listing.held_out[index] for index in indices) if listing.held_out else (),
    )
    if not listing.class_names:
        return chosen
    classes, labels = np.unique([listing.labels[index] for index in indices], return_inverse=True)
    names = tuple(listing.class_names[number] for number in classes)
    return attrs.evolve(chosen, labels=tuple(labels.tolist()), class_names=names)


def _every(listing: Listing, every: int) -> Array:
    """Marks every N-th image of each class, or of all images if there are no classes; none if N is 0."""
    labels = np.array(listing.labels or [0] * len(listing.files))
    mask = np.zeros(len(labels), np.bool_)
    for label in np.unique(labels) if every else ():
        mask[np.flatnonzero(labels == label)[every - 1 :: every]] = True
    return mask
