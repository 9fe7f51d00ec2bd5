"""Reads `.npy` and `.npz` files without pickles, whatever is wrong with them."""

from __future__ import annotations

import math
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ganreg.files.opening import MOST_BYTES, open_to_read
from ganreg.files.values import DamagedFileError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def read_arrays(
    path: str | Path, names: Sequence[str], *, within: Path | None = None, most: int = MOST_BYTES
) -> dict[str, NDArray[Any]]:
    """Reads named arrays from an `.npz` file.

    Args:
        path: the file.
        names: the names of the arrays.
        within: the folder that the file may not be outside of, through links. Defaults to no limit.
        most: the largest number of bytes of an array, which a small file could also unpack to.

    Raises:
        DamagedFileError: it is not an `.npz` file, lacks one of the arrays, or an array is damaged, of Python objects
            or too large.
        UnreadableError: it cannot be opened.
    """
    with open_to_read(path, within=within) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return {name: _member(archive, f"{name}.npy", most) for name in names}
        except Exception as error:
            raise _damaged(path, error) from error


def read_array(path: str | Path, *, within: Path | None = None, most: int = MOST_BYTES) -> NDArray[Any]:
    """Reads an `.npy` file; see `read_arrays`.

    Raises:
        DamagedFileError: it is not an `.npy` file, or damaged, of Python objects or too large.
        UnreadableError: it cannot be opened.
    """
    with open_to_read(path, within=within) as file:
        try:
            return _array(file, os.fstat(file.fileno()).st_size, most)
        except Exception as error:
            raise _damaged(path, error) from error


def _damaged(path: str | Path, error: Exception) -> DamagedFileError:
    reason = "there is not enough memory" if isinstance(error, MemoryError) else " ".join(str(error).split())[:200]
    return DamagedFileError(path, f"is damaged: {reason or type(error).__name__}")


def _member(archive: zipfile.ZipFile, name: str, most: int) -> NDArray[Any]:
    with archive.open(name) as member:
        array = _array(member, archive.getinfo(name).file_size, most)
        member.read(1)  # compares the checksum, which happens at the end of the file only
        return array


def _array(file: IO[bytes], size: int, most: int) -> NDArray[Any]:
    """Reads one array after comparing the size that its header promises with the number of bytes that follow."""
    import numpy as np

    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
    else:
        shape, fortran, dtype = np.lib.format.read_array_header_2_0(file)
    if dtype.hasobject:
        raise ValueError("it holds Python objects")
    if min(shape, default=0) < 0:
        raise ValueError(f"an array of shape {shape}")
    count = math.prod(shape)
    promised = count * dtype.itemsize
    if count and not promised:
        raise ValueError(f"{count:,} values of no size")
    if promised > most:
        raise ValueError(f"an array of {promised:,} bytes, more than the {most:,} that it can be")
    if promised > size:
        raise ValueError(f"an array of {promised:,} bytes in a file of {size:,}")
    content = bytearray()
    while len(content) < promised and (part := file.read(promised - len(content))):
        content += part
    if len(content) < promised:
        raise ValueError(f"it ends after {len(content):,} of {promised:,} bytes")
    flat: NDArray[Any] = np.frombuffer(content, dtype, count) if count else np.zeros(0, dtype)
    return flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)
