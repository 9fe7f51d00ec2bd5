"""Malformed files of a user for `malformed.py`: arrays, tables and images, drawn by Hypothesis."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from typing import Any

import numpy as np
from hypothesis import strategies as st
from malformed_cases import GARBAGE, SMALL, Case, Draw, Place
from PIL import Image


def _npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def _npy_header(shape: str) -> bytes:
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + b"\0" * 64


def _zip_of(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


def npz(draw: Draw, place: Place) -> Case:
    """Draws a file of arrays."""
    whole = _npz(x=np.linspace(-1, 1, 64, dtype=np.float32)[:, None])
    x = np.zeros((8, 2), np.float32)
    place_in_data = draw(st.integers(200, 420))
    flipped = bytearray(whole)
    flipped[place_in_data] ^= draw(st.integers(1, 255))
    content = draw(
        st.one_of(
            st.integers(0, len(whole) - 1).map(lambda end: whole[:end]),
            GARBAGE,
            GARBAGE.map(b"PK\x03\x04".__add__),
            GARBAGE.map(b"\x93NUMPY\x01\x00".__add__),
            st.just(bytes(flipped)),
            st.sampled_from([
                _npz(), _npz(a=x, b=x), _npz(x=np.array([None, {}], object)), _npz(x=np.array(["a", "b"])),
                _npz(x=x * 1j), _npz(x=x * np.nan), _npz(x=x + np.float32("inf")), _npz(x=np.float32(3)), _npz(x=x[:0]),
                _npz(x=x.astype(np.float64) + 1e300), _npz(x=x, y=np.arange(3)), _npz(x=x, y=-np.arange(8)),
                _npz(x=x, y=np.linspace(0, 1, 8)), _npz(x=x, y=np.array(["a"] * 8)), _npz(x=x, y=x), _npz(x=x[:, :0]),
                _npz(x_train=x, x_test=x[:, :1]), _npz(x_train=x, x_test=x.astype(np.uint8)), _npz(x_train=x,
                x_test="a"),
                _npz(x=np.full((8, 4, 4, 1), 7, np.float32)), _npz(x=np.zeros(8, "datetime64[s]")),
                _npz(x=np.zeros(8, [("a", "f4"), ("b", "f4")])), _npz(x=x, y=np.full(8, 2**40)), _npz(x=x,
                y=np.nan * x[:, 0]),
                _npy_header("(1000000000000000,)"), _npy_header("(-3,)"), _npy_header("('a',)"), _npy_header("(99,)"),
                _npy_header("(" * 30), _zip_of("x.npy", b"garbage"), _zip_of("../x.npy", b""), _zip_of("notes.txt",
                b"hello"),
            ]),
        )
    )  # fmt: skip
    file = place.scratch / f"samples{draw(st.sampled_from(['.npz', '.npy', '']))}"
    file.write_bytes(content)
    return place.train("npz", *SMALL, "--dataset", f"npz:path={json.dumps(str(file))}", named=(str(file),))


def table(draw: Draw, place: Place) -> Case:
    """Draws a CSV file, or options for one."""
    rows = "".join(f"{n},{n / 7:.3f},{'red' if n % 3 else 'blue'}\n" for n in range(20))
    good = f"a,b,c\n{rows}"
    where, cell = draw(st.integers(1, 20)), draw(st.sampled_from(["inf", "-Infinity", "1e999"]))
    lines = good.splitlines(keepends=True)
    broken = lambda line: "".join([*lines[:where], line, *lines[where + 1 :]]).encode()  # noqa: E731
    content, options = draw(
        st.one_of(
            st.just((broken(f"{cell},1,red\n"), "")),
            st.just((broken("1,2\n"), "")),
            st.just((broken("1,2,red,4\n"), "")),
            st.just((broken('1,"2,red\n'), "")),
            st.just((broken("1,2,\xff\n").replace("ÿ".encode(), b"\xff"), "")),
            GARBAGE.map(lambda noise: (b"\xff\xfe\x00" + noise, "")),
            st.sampled_from([
                (b"", ""), (b"a,b,c\n", ""), (b"a,,c\n1,2,3\n", ""), (b"a,b,a\n1,2,3\n", ""), (b"\n\n\n", ""),
                (b"1,2\n", ""), (b"a\n" + b"".join(b"w%d\n" % n for n in range(1100)), ""), (good.encode("utf-16"), ""),
            ]),
            st.sampled_from(["label=nowhere", "label=[]", "delimiter=;;", 'delimiter="\\n"', "leave_out=[a,b,c]",
                             "leave_out=[z]", "categorical=[z]", "label=c,leave_out=[c]", "test_share=1", "seed=x",
                             'delimiter="\\u0000"', "delimiter=;"]).map(lambda text: (good.replace("20",
                             "20").encode(), text)),
        )
    )  # fmt: skip
    if options == "delimiter=;":
        content = b"a,b;a,b\n1;2\n"
    file = place.scratch / "table.csv"
    file.write_bytes(content)
    text = f"csv:path={json.dumps(str(file))}" + (f",{options}" if options else "")
    return place.train("csv", *SMALL, "--dataset", text, named=(str(file), options.partition("=")[0] or "csv:"))


def _image(kind: str, seed: int) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 256, (24, 24, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, kind)
    return file.getvalue()


def images(draw: Draw, place: Place) -> Case:
    """Draws a folder of images."""
    folder = place.scratch / "photos"
    folder.mkdir()
    kind, suffix = draw(st.sampled_from([("PNG", ".png"), ("JPEG", ".jpg"), ("JPEG", ".PNG"), ("PNG", ".jpeg")]))
    for number in range(9):
        (folder / f"{number}{suffix}").write_bytes(_image(kind, number))
    whole, bad = _image(kind, 9), folder / f"bad{suffix}"
    options, named = "", (str(folder),)
    match draw(st.integers(0, 9)):
        case 0 | 1 | 2:
            bad.write_bytes(whole[: draw(st.integers(0, len(whole) * 3 // 4))])
        case 3:
            bad.write_bytes(draw(GARBAGE))
        case 4:
            bad.write_bytes(
                draw(st.sampled_from([_image("GIF", 0), _image("BMP", 0), b"<svg/>", whole[:30] + whole[90:]]))
            )
        case 5:
            (folder / "cats").mkdir()
        case 6:
            shutil.rmtree(folder)
            draw(st.sampled_from([lambda: None, folder.touch, lambda: folder.symlink_to(folder), folder.mkdir]))()
        case 7:
            shutil.rmtree(folder)
            draw(st.sampled_from([folder / "cats" / "small", folder / "cats", folder / "dog.png"])).mkdir(parents=True)
            if (folder / "cats" / "small").exists():
                (folder / "cats" / "a.png").write_bytes(whole)
        case 8:
            options, named = draw(st.sampled_from(["size=0", "size=-8", "size=x", "channels=2", "channels=5"])), ()
        case _:
            bad.symlink_to("/etc/passwd")
    text = f"image-folder:path={json.dumps(str(folder))}" + (f",{options}" if options else ",size=8")
    networks = ("-g", "mlp", "-d", "mlp", *SMALL[4:])
    return place.train(
        "images", *networks, "--dataset", text, named=(*named, *filter(None, [options.partition("=")[0]]))
    )
