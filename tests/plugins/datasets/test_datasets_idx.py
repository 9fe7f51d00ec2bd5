import gzip
import struct

import numpy as np
import pytest
from ganreg_datasets.idx import read_idx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ganreg import DataError

shared_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def idx_bytes(array):
    """The format as its authors describe it: zero, zero, type 8, axes, big-endian sizes, values."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
WHOLE = idx_bytes(IMAGES)


def written(tmp_path, content):
    path = tmp_path / "file-idx3-ubyte"
    path.write_bytes(content)
    return path


@shared_folder
@given(array=hnp.arrays(np.uint8, hnp.array_shapes(min_dims=3, max_dims=3)), compress=st.booleans())
def test_round_trip(tmp_path, array, compress):
    content = idx_bytes(array)
    path = written(tmp_path, gzip.compress(content) if compress else content)
    np.testing.assert_array_equal(read_idx(path, axes=3), array)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not an idx file with 3 axes"),
        (WHOLE[:3], "is not an idx file with 3 axes"),
        (idx_bytes(IMAGES[0, 0]), "starts with 00000801, not 00000803"),
        (b"\0\0\x0d\x03" + WHOLE[4:], "starts with 00000d03, not 00000803"),
        (WHOLE[:10], "truncated within its header"),
        (WHOLE[:-1], "should hold 24 values according to its header, but holds only 23; download the file again"),
        (WHOLE + b"\0", "should hold 24 values according to its header, but holds more; download the file again"),
    ],
)
def test_a_wrong_file_is_named(tmp_path, pack, content, message):
    path = written(tmp_path, pack(content))
    with pytest.raises(DataError, match=f"^{path}: .*{message}"):
        read_idx(path, axes=3)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=f"^{tmp_path}/nowhere does not exist"):
        read_idx(tmp_path / "nowhere", axes=3)


@pytest.mark.parametrize("cut", [3, 12, 20, -9, -1])
def test_truncated_gzip(tmp_path, cut):
    path = written(tmp_path, gzip.compress(WHOLE)[:cut])
    with pytest.raises(DataError, match=f"^{path} cannot be read: .*; download the file again"):
        read_idx(path, axes=3)


def test_a_gzip_checksum_that_does_not_match(tmp_path):
    packed = bytearray(gzip.compress(WHOLE))
    packed[-8] ^= 1
    with pytest.raises(DataError, match="CRC check failed"):
        read_idx(written(tmp_path, bytes(packed)), axes=3)


@shared_folder
@given(
    content=st.one_of(
        st.binary(max_size=64),
        st.builds(lambda tail: WHOLE[:4] + tail, st.binary(max_size=40)),
        st.builds(
            lambda at, bit: WHOLE[:at] + bytes([WHOLE[at] ^ bit]) + WHOLE[at + 1 :],
            st.integers(0, 15),
            st.integers(1, 255),
        ),
        st.builds(lambda tail: b"\x1f\x8b" + tail, st.binary(max_size=40)),
    )
)
def test_any_other_bytes_are_refused_or_read_whole(tmp_path, content):
    path, message = written(tmp_path, content), ""
    try:
        array = read_idx(path, axes=3)
    except DataError as error:
        message = str(error)
    if message:
        assert message.startswith(str(path))
        assert "\n" not in message
    else:
        assert idx_bytes(array) == content
