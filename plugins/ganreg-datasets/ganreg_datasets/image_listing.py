"""Which images a folder holds: their classes, the held-out ones, and what is skipped."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from pathlib import Path

import attrs

from ganreg import DataError, GanregWarning, image_suffixes
from ganreg_datasets.files import expand, reading

_TRAIN, _HELD_OUT = "train", ("test", "val", "valid", "validation")
"""The names of folders with the images to train on, and with those to hold out, in order of preference."""
_NAMED = 3
"""The number of skipped files that a warning names."""


@attrs.frozen
class Listing:
    """The images in a folder.

    Attributes:
        files: all images, sorted by class, then by path.
        labels: the class number of each image, or empty if there are no classes.
        class_names: the names of the classes' folders, or empty.
        held_out: whether each image is in a folder of held-out images; empty if there is no such folder.
        skipped: the files that are not images, except for hidden ones.
        other_parts: further folders of images to hold out, which are not used.
        root: the folder.
    """

    files: tuple[Path, ...]
    labels: tuple[int, ...] = ()
    class_names: tuple[str, ...] = ()
    held_out: tuple[bool, ...] = ()
    skipped: tuple[Path, ...] = ()
    other_parts: tuple[Path, ...] = ()
    root: Path = Path()

    def warn_of_skipped(self) -> None:
        """Warns of files that are not used.

        Warns:
            GanregWarning: there are some; one line counts and names them. Another names an unused folder of images.
        """
        messages = []
        if self.skipped:
            names = sorted(str(path.relative_to(self.root)) for path in self.skipped)
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            files = "1 file that is not an image" if len(names) == 1 else f"{len(names)} files that are not images"
            messages.append(f"skipped {files} in {self.root}: {', '.join(names[:_NAMED])}{more}")
        messages += [f"skipped {folder}, as other images are held out" for folder in self.other_parts]
        for message in messages:
            warnings.warn(message, GanregWarning, stacklevel=2)


def list_images(path: str | Path | None, *, parameter: str = "path") -> Listing:
    """Lists a folder's images and their classes.

    Args:
        path: the folder.
        parameter: the name of the parameter that holds the path. Defaults to "path".

    Raises:
        DataError: as for `ImageFolder.load`.
    """
    if not path:
        raise DataError("dataset 'image-folder' needs a folder, such as image-folder:path=photos")
    folder = expand(path)
    with reading(folder, f"check {parameter}= and the folder's permissions", parameter=parameter):
        images, folders, skipped = _contents(folder)
        held_out = _held_out_folder(images, folders)
        if held_out is None:
            return attrs.evolve(_part(folder, images, folders, skipped), root=folder)
        rest = tuple(one for one in folders if one not in (folder / _TRAIN, held_out))
        parts = [_part(one, *_contents(one)) for one in (folder / _TRAIN, held_out)]
        skipped += [*parts[0].skipped, *parts[1].skipped]
        return attrs.evolve(_with_held_out(*parts), skipped=tuple(skipped), other_parts=rest, root=folder)


def _held_out_folder(images: Sequence[Path], folders: Sequence[Path]) -> Path | None:
    """The folder of held-out images: `test` or another usual name, if there is nothing else than it and `train`."""
    names = {folder.name: folder for folder in folders}
    others = [name for name in _HELD_OUT if name in names]
    if images or not others or set(names) - {_TRAIN, *others} or _TRAIN not in names:
        return None
    return names[others[0]]


def _with_held_out(train: Listing, test: Listing) -> Listing:
    """One listing of both parts, with the classes of the first."""
    if bool(train.class_names) != bool(test.class_names):
        with_classes, without = ("train", "held-out") if train.class_names else ("held-out", "train")
        raise DataError(f"the {with_classes} images are in folders of classes, but the {without} ones are not")
    numbers = {name: number for number, name in enumerate(train.class_names)}
    if unknown := [name for name in test.class_names if name not in numbers]:
        raise DataError(f"class {unknown[0]} has held-out images but none to train on; add some, or remove the folder")
    labels = [numbers[test.class_names[label]] for label in test.labels]
    return Listing(
        train.files + test.files,
        train.labels + tuple(labels),
        train.class_names,
        (False,) * len(train.files) + (True,) * len(test.files),
    )


def _part(folder: Path, images: list[Path], folders: list[Path], skipped: list[Path]) -> Listing:
    if images and folders:
        raise DataError(
            f"holds both images such as {images[0].name} and folders such as {folders[0].name}; "
            "put every image into the folder of its class, or all images into one folder without subfolders"
        )
    if not images and not folders:
        what = f", but {len(skipped)} other files" if skipped else ""
        raise DataError(f"{_within(folder)}holds neither images nor folders of them{what}")
    if images:
        return Listing(tuple(images), skipped=tuple(skipped))
    files: list[Path] = []
    labels: list[int] = []
    folders = _in_order(folders)
    for label, one in enumerate(folders):
        members = _all_images(one, skipped)
        if not members:
            raise DataError(f"class folder {one.name} holds no images; fill it or remove it")
        files += members
        labels += [label] * len(members)
    return Listing(tuple(files), tuple(labels), tuple(one.name for one in folders), skipped=tuple(skipped))


def _within(folder: Path) -> str:
    return f"{folder.name} " if folder.name in (_TRAIN, *_HELD_OUT) else ""


def _in_order(folders: Sequence[Path]) -> list[Path]:
    """The folders of classes: by number if all names are whole numbers, otherwise by name."""
    if all(one.name.isascii() and one.name.isdecimal() for one in folders):
        return sorted(folders, key=lambda one: (int(one.name), one.name))
    return sorted(folders)


def _contents(folder: Path) -> tuple[list[Path], list[Path], list[Path]]:
    """The images, the subfolders and the other files of a folder, sorted by name, without hidden ones."""
    images, folders, others = [], [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = folder / entry.name
            if entry.is_dir():
                folders.append(path)
            elif path.suffix.lower() in image_suffixes() and entry.is_file():
                images.append(path)
            else:
                others.append(path)
    return sorted(images), sorted(folders), sorted(others)


def _all_images(folder: Path, skipped: list[Path]) -> list[Path]:
    """The images in a folder and in the folders within it; each folder once, however links lead to it."""
    found: list[Path] = []
    seen: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting:
        one = waiting.pop()
        status = one.stat()
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        images, folders, others = _contents(one)
        found += images
        skipped += others
        waiting += folders
    return sorted(found)
