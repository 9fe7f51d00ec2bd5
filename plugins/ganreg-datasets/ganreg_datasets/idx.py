"""Reading idx files, the format of MNIST and its successors (http://yann.lecun.com/exdb/mnist)."""

from __future__ import annotations

import gzip
import math
from pathlib import Path
from typing import IO, cast

import numpy as np
import numpy.typing as npt

from ganreg import DataError
from ganreg_datasets.files import reading

_GZIP_MAGIC = b"\x1f\x8b"
_UINT8 = 8
"""The third byte of an idx file whose values are uint8; the fourth is the number of axes."""


def read_idx(path: Path, axes: int) -> npt.NDArray[np.uint8]:
    """Reads an idx file of uint8 values, plain or compressed with gzip, whatever its name.

    Args:
        path: the file.
        axes: the required number of axes: 3 for images, 1 for labels.

    Raises:
        DataError: if the file is missing, not an idx file of that kind, truncated, too long or badly compressed.
    """
    with reading(path, "download the file again"), path.open("rb") as raw:
        compressed = raw.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        raw.seek(0)
        if not compressed:
            return _parse(raw, axes)
        with gzip.open(raw) as unpacked:
            return _parse(cast(IO[bytes], unpacked), axes)


def _parse(file: IO[bytes], axes: int) -> npt.NDArray[np.uint8]:
    magic = bytes([0, 0, _UINT8, axes])
    header = file.read(4 + 4 * axes)
    if header[:4] != magic:
        raise DataError(f"is not an idx file with {axes} axes: it starts with {header[:4].hex()}, not {magic.hex()}")
    if len(header) < 4 + 4 * axes:
        raise DataError("is truncated within its header; download the file again")
    shape = tuple(int(size) for size in np.frombuffer(header, dtype=">u4", offset=4))
    return _values(file, math.prod(shape)).reshape(shape)


def _values(file: IO[bytes], expected: int) -> npt.NDArray[np.uint8]:
    # Reading beyond the values shows whether the file is too long, and makes gzip verify its checksum.
    values = file.read(expected)
    beyond = file.read(1)
    if len(values) < expected or beyond:
        found = f"only {len(values)}" if len(values) < expected else "more"
        raise DataError(
            f"should hold {expected} values according to its header, but holds {found}; download the file again"
        )
    return np.frombuffer(values, dtype=np.uint8)
