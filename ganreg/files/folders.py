"""What may be in a folder that ganreg reads or changes: nothing that leads out of it, and nothing of others."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from ganreg.errors import RunError
from ganreg.files.opening import kind_of, links_out, walk
from ganreg.files.temporaries import is_temporary
from ganreg.files.writing import advice


def refuse_links(folder: Path, what: str, *, special: bool = True) -> None:
    """Raises `RunError` if a folder holds a link that leads out of it or, at will, anything but files and folders.

    Training in a folder cuts, replaces and removes files by name, and reports show them. Through a link in someone
    else's folder that would happen to the user's own files. A pipe would make the program wait without end.

    Args:
        folder: the folder; a link to it is the user's own choice.
        what: what messages call it, such as `"the run's folder"`.
        special: whether to refuse pipes, sockets and devices as well. Defaults to True.
    """
    for entry in walk(folder):
        with contextlib.suppress(FileNotFoundError):  # another process removed it
            if entry.is_symlink():
                if links_out(Path(entry.path), folder):
                    raise RunError(f"{entry.path} is a link that leads out of {what}; replace it with its target")
            elif special and not (entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)):
                mode = entry.stat(follow_symlinks=False).st_mode
                if not stat.S_ISREG(mode):
                    raise RunError(f"{entry.path} is {kind_of(mode)}, but {what} holds only files and folders")


def foreign(folder: Path, *, files: Collection[str], empty_folders: Collection[str]) -> str | None:
    """Returns the name of something in a folder that an earlier start did not leave there; `None` if there is nothing.

    Args:
        folder: the folder, which need not exist.
        files: the names of the files that a start leaves.
        empty_folders: the names of the folders that it leaves, which hold nothing yet.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except FileNotFoundError:
        return None
    for entry in entries:
        if entry.is_symlink():
            return entry.name
        if entry.is_dir():
            if entry.name in empty_folders and not any(Path(entry.path).iterdir()):
                continue
        elif entry.is_file() and (entry.name in files or is_temporary(entry.name)):
            continue
        return entry.name
    return None


@contextlib.contextmanager
def folder_to_fill(folder: Path, *, files: Collection[str], empty_folders: Collection[str]) -> Iterator[None]:
    """Makes a folder for the body, and removes it again if the body fails before it has put anything else there.

    Args:
        folder: the folder; its parents are created, too.
        files: the names of files of the body that are removed as well, if they were not there before.
        empty_folders: the names of folders to make in it.

    Raises:
        RunError: a folder cannot be created.
    """
    made: list[Path] = []
    before = {place.name for place in folder.iterdir()} if folder.is_dir() else set()
    try:
        _make(folder, empty_folders, made)
        yield
    except BaseException:
        _undo(folder, made, before, files)
        raise


def _make(folder: Path, names: Iterable[str], made: list[Path]) -> None:
    """Makes a folder with its parents and with folders in it, and adds those that were not there to a list."""
    for place in [*reversed(folder.parents), folder, *(folder / name for name in names)]:
        try:
            place.mkdir()
            made.append(place)
        except OSError as error:
            if not place.is_dir():
                wanted = place if place.parent == folder else folder
                reason = f"{error.strerror or error}{advice(error)}"
                raise RunError(f"cannot create the folder {wanted}: {reason}") from error


def _undo(folder: Path, made: Sequence[Path], before: Collection[str], files: Collection[str]) -> None:
    own = {*files, *(place.name for place in made if place.parent == folder)}
    with contextlib.suppress(OSError):
        if made and not {place.name for place in folder.iterdir()} - own - set(before):
            for name in set(files) - set(before):
                (folder / name).unlink(missing_ok=True)
    for place in reversed(made):
        with contextlib.suppress(OSError):  # something has been put there since
            place.rmdir()
