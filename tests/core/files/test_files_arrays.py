"""Arrays in .npy and .npz files, whatever is wrong with them."""

import io
import zipfile

import numpy as np
import pytest

from ganreg.files.arrays import read_array, read_arrays
from ganreg.files.opening import UnreadableError
from ganreg.files.values import DamagedFileError

X = np.linspace(0, 1, 20)


def npz(compress=False, **arrays):
    buffer = io.BytesIO()
    (np.savez_compressed if compress else np.savez)(buffer, **arrays)
    return buffer.getvalue()


def header(shape, kind="<f8", length=64):
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}}}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + bytes(length)


def zipped(content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", content)
    return buffer.getvalue()


ARRAYS = [
    X,
    np.arange(24).reshape(2, 3, 4),
    np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    np.zeros((0, 3), np.float32),
    np.float64(3),
    np.array(["a", "bc"]),
    np.array([True, False]),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: str(np.asarray(array).shape))
def test_it_reads_what_numpy_wrote(tmp_path, array):
    np.save(tmp_path / "x.npy", array)
    found = read_array(tmp_path / "x.npy")

    np.testing.assert_array_equal(found, array)
    assert found.dtype == np.asarray(array).dtype
    for compress in (False, True):
        (tmp_path / "x.npz").write_bytes(npz(compress, a=array, b=X))
        np.testing.assert_array_equal(read_arrays(tmp_path / "x.npz", ["a"])["a"], array)


def test_every_flipped_bit_and_every_cut_is_noticed_or_harmless(tmp_path):
    whole, path = npz(values=np.arange(6.0)), tmp_path / "x.npz"
    damaged = [whole[:size] for size in range(0, len(whole), 7)]
    for bit in range(0, len(whole) * 8, 7):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        damaged.append(bytes(changed))
    refused = 0
    for content in damaged:
        path.write_bytes(content)
        try:
            found = read_arrays(path, ["values"])["values"]
        except DamagedFileError:
            refused += 1
        else:
            np.testing.assert_array_equal(found, np.arange(6.0))
    assert refused > len(damaged) / 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (npz(b=X), "no item named 'a.npy'"),
        (npz(a=np.array([{}], object)), "Python objects"),
        (header("(8,)"), "not a zip file"),
        (zipped(header("(100000000000,)")), "800,000,000,000 bytes, more than"),
        (zipped(header("(9,)")), "72 bytes in a file of|ends after 64 of 72"),
        (zipped(header("(-3,)")), "shape"),
        (zipped(header("(9999999999999,)", "<U0")), "of no size"),
        (zipped(header("(0, 99999999999999999999999)")), ""),
        (zipped(header("(20000000,)", length=160_000_000)), "more than the 1,000,000"),
        (zipped(b"garbage"), "magic"),
        (b"", "not a zip file"),
    ],
)
def test_damage_is_described(tmp_path, content, reason):
    (tmp_path / "x.npz").write_bytes(content)

    with pytest.raises(DamagedFileError, match=rf"x\.npz is damaged: .*(?:{reason})"):
        read_arrays(tmp_path / "x.npz", ["a"], most=1_000_000)


def test_a_plain_array_is_bounded_by_its_file(tmp_path):
    (tmp_path / "x.npy").write_bytes(header("(100000000000,)"))

    with pytest.raises(DamagedFileError, match=r"800,000,000,000 bytes in a file of 192"):
        read_array(tmp_path / "x.npy", most=10**12)
    with pytest.raises(UnreadableError) as error:
        read_array(tmp_path / "none.npy")
    assert error.value.missing
