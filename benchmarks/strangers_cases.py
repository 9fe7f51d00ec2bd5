"""Hostile folders for `strangers.py`: what a stranger can put into a run, a comparison, a cache or next to a recipe."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import attrs
import numpy as np
from PIL import Image

SECRET = "A LINE OF THE USER'S OWN"  # noqa: S105 - not a password
DATA = ("--dataset", "gaussian-1d")
SMALL = (
    "-g", "mlp:latent_dim=2,widths=[8]", "-d", "mlp:widths=[8]", "-l", "hinge", "--batch-size", "8", "--execution",
    "graph", "--updates-per-call", "2",
)  # fmt: skip
READING = ("report", "report", "report", "sample", "resume")


@attrs.define
class Place:
    """Where a case happens.

    Attributes:
        given: the stranger's folder, a copy of a whole run, comparison or folder with a recipe.
        outside: the user's own files, which no command may touch or show.
    """

    given: Path
    outside: Path


@attrs.frozen
class Case:
    """A hostile folder and a command.

    Attributes:
        kind: the kind of hostility, for the counts.
        what: what was done.
        base: what the folder is a copy of: `"run"`, `"stopped"`, `"comparison"`, `"recipe"` or `"empty"`.
        change: makes the folder hostile, and returns what is foreign in it and must stay as it is.
        command: the command line; `{given}` is the folder.
        cache: whether the folder is the cache.
    """

    kind: str
    what: str
    base: str
    change: Callable[[Place], list[Path]]
    command: tuple[str, ...]
    cache: bool = False


def command_on(name: str, rng: random.Random) -> tuple[str, ...]:
    """Returns a command that reads or continues a run."""
    if name == "sample":
        return ("sample", "{given}", "-n", "2", "-o", "{given}/../out.npy", "--seed", str(rng.randrange(9)))
    if name == "resume":
        return ("resume", "{given}", *rng.choice([(), (), ("--allow-changes",), ("--restart",)]))
    return (name, "{given}")


RUN_FILES = (
    "recipe.toml", "run.toml", "metrics.csv", "evaluations.csv", "evaluation.json", "health.jsonl", "samples.npz",
    "report.html", "generator.keras", ".lock", "samples/00000004.png", "checkpoints/ckpt-6.json",
    "checkpoints/ckpt-6.index", "checkpoints/ckpt-4.json", "checkpoints/checkpoint",
)  # fmt: skip
HIDDEN = (
    ".report.tmp.html",
    ".run.tmp.toml",
    ".metrics.tmp.csv",
    ".evaluation.tmp.json",
    "checkpoints/.ckpt-6.tmp.json",
)
RUN_FOLDERS = ("samples", "checkpoints", "tensorboard")


def _replace(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def links(rng: random.Random) -> Case:
    """A link that leads out, in place of a file or a folder, or where a temporary file was in earlier versions."""
    name = rng.choice((*RUN_FILES, *HIDDEN, *RUN_FOLDERS))
    target = "private" if name in RUN_FOLDERS else rng.choice(("diary.txt", "secret.csv", "photo.png", "not-there.txt"))
    relative, hard = rng.random() < 0.5, rng.random() < 0.2 and name in RUN_FILES and target != "not-there.txt"

    def change(place: Place) -> list[Path]:
        path, to = place.given / name, place.outside / target
        _replace(path)
        if hard:
            os.link(to, path)
        else:
            path.symlink_to(os.path.relpath(to, path.parent) if relative else to)
        return []

    what = f"{name} is a {'hard ' if hard else ''}link to {target}"
    return Case("links", what, rng.choice(("run", "stopped")), change, command_on(rng.choice(READING), rng))


def specials(rng: random.Random) -> Case:
    """A pipe, a socket, a device or a folder in place of a file."""
    name, kind = rng.choice(RUN_FILES), rng.choice(("pipe", "pipe", "socket", "device", "folder"))

    def change(place: Place) -> list[Path]:
        path = place.given / name
        _replace(path)
        special(path, kind)
        return []

    return Case(
        "special files", f"{name} is a {kind}", rng.choice(("run", "stopped")), change,
        command_on(rng.choice(READING), rng),
    )  # fmt: skip


def special(path: Path, kind: str) -> None:
    """Makes a file that is not a regular one."""
    if kind == "folder":
        path.mkdir()
    elif kind == "socket":
        before = Path.cwd()
        os.chdir(path.parent)  # the path of a socket may not be long
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
        os.chdir(before)
    elif kind == "device" and os.geteuid() == 0:
        try:
            os.mknod(path, 0o20666, os.makedev(1, 5))  # /dev/zero
        except OSError:
            os.mkfifo(path)
    else:
        os.mkfifo(path)


HUGE = "1" + "0" * 400
VERY_HUGE = "1" + "0" * 5000


def _npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def _header(shape: str, kind: str = "<f8") -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}}}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + bytes(64)


def _zip(compression: int = zipfile.ZIP_STORED, **members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return buffer.getvalue()


def _png(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (8, 8)).save(buffer, format="PNG")
    content = bytearray(buffer.getvalue())
    content[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return bytes(content)


X = np.linspace(0, 1, 20)
CONTENTS: dict[str, list[bytes]] = {
    ".toml": [
        f"steps = {HUGE}\n".encode(), f"steps = {VERY_HUGE}\n".encode(), b"[plan]\nsteps = -1\n", b"x = [" * 50_000,
        b".".join([b"a"] * 20_000) + b" = 1\n", b'name = "\xff"\n', b"\xef\xbb\xbfname = 1\n", b"plan = 5\n",
        b"steps = inf\n[plan]\nsteps = nan\n", b'name = "../../x"\nloss = "hinge"\n', b"plugins = [1]\ndata = 3\n",
        b'name = "x"\nloss = "hinge"\nsteps = 10000000000000000000000000000\n',
    ],
    ".json": [
        b"[" * 100_000, b'{"a":' * 50_000, f'[{{"name": "a", "value": {HUGE}}}]'.encode(), VERY_HUGE.encode(), b"5",
        b"null", b'"text"', b"[1, [2], null]", b'[{"name": null, "value": 1e999, "iteration": 1e999}]',
        b'{"sha256": "x", "files": [], "recorders": 3, "iteration": 6}', b'{"files": {"../../x": "0"}}', b"\xff\xfe{}",
    ],
    ".jsonl": [
        b'{"name": "x", "iteration": ' + HUGE.encode() + b"}\n", b"[" * 100_000 + b"\n", b'{"name": "x"}', b"\0" * 4096,
        b'{"name": "\\ud800", "message": "\\u001b[2J", "iteration": 1}\n', b'{"name": {"a": []}, "iteration": "x"}\n',
    ],
    ".csv": [
        b"iteration,a\n" + HUGE.encode() + b",1\n2," + HUGE.encode() + b"\n",
        b"iteration,a\n1," + b"9" * 300_000 + b"\n",
        b'iteration,a\n1,"' + b"x" * 200_000, b"\0" * 4096, b"iteration\n" * 1000,
        b"iteration,a\n1e308,1e308\n-1,-1e308\n",
        b"a,b\n1,2\n", b"iteration,<script>alert(1)</script>,\x1b[2J\n1,2,3\n", b"\xff\xfei\0t\0",
        b"iteration,a\rx\r1,2\r",
    ],
    ".npz": [
        _npz(generated=X), _npz(generated=X, real=np.array([-1.7e308, 1.7e308])), _npz(generated=X, real=X * np.nan),
        _npz(generated=X, real=np.full(9, 1e300)), _npz(generated=X, real=np.full(9, 5e-324) * np.arange(9)),
        _npz(generated=np.array(["a"]), real=X), _npz(generated=np.array([{}], object), real=X), _header("(8,)"),
        _npz(generated=X.astype("datetime64[s]"), real=X), _npz(generated=X * 1j, real=X),
        _npz(generated=X > 0, real=X),
        _zip(generated=_header("(100000000000,)"), real=_header("(3,)")), _zip(generated=_header("(-3,)"), real=b""),
        _zip(generated=_header("(0, 99999999999999999999)"), real=_header("(8,)")),
        _zip(generated=_header("(9999999999999,)", "<U0"), real=_header("(8,)")), _zip(generated=b"garbage", real=b""),
        _zip(zipfile.ZIP_DEFLATED, generated=_header("(30000000,)")[:-64] + bytes(240_000_000), real=_header("(8,)")),
    ],
    ".png": [
        _png(60_000, 60_000), _png(2**31 - 1, 2**31 - 1), _png(0, 0), _png(4096, 4096), b"\x89PNG\r\n\x1a\n",
        b"<svg onload=alert(1)>", b"GIF89a" + bytes(20),
    ],
    ".html": [b"<html>a page of the user", b"", b"\xff" * 100],
    "": [b"", b"x" * 100, b"\0" * 100, VERY_HUGE.encode()],
}  # fmt: skip
OF_SUFFIX = {".keras": "", ".index": "", ".lock": ""}


def _whole(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def damage(rng: random.Random) -> Case:
    """A damaged file: contents that break readers, a flipped bit, a cut, garbage, or a hole of 300 GB."""
    name, way, at = (
        rng.choice(RUN_FILES),
        rng.choice(("content", "content", "flip", "cut", "garbage", "hole")),
        rng.random(),
    )
    suffix = Path(name).suffix
    known = CONTENTS[OF_SUFFIX.get(suffix, suffix)]
    content, bit, garbage = rng.choice(known), rng.randrange(8), rng.randbytes(rng.randrange(1, 400))

    def change(place: Place) -> list[Path]:
        path = place.given / name
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = bytearray(_whole(path) or b"x")
        if way == "hole":
            with path.open("ab") as file:
                file.truncate(300 * 10**9)
        elif way == "flip":
            whole[int(at * len(whole))] ^= 1 << bit
            path.write_bytes(whole)
        elif way == "cut":
            path.write_bytes(whole[: int(at * len(whole))])
        else:
            path.write_bytes(content if way == "content" else garbage)
        return []

    shown = f"{content[:40]!r} ({len(content)} bytes)" if way == "content" else way
    return Case(
        "damage", f"{name}: {shown}", rng.choice(("run", "stopped")), change, command_on(rng.choice(READING), rng)
    )


def torn(rng: random.Random) -> Case:
    """A table whose last line a killed process did not finish, or a file that is gone."""
    name, at = (
        rng.choice(("metrics.csv", "evaluations.csv", "health.jsonl", "*checkpoints", "*manifests", "*samples")),
        rng.random(),
    )

    def change(place: Place) -> list[Path]:
        if name == "*checkpoints":
            shutil.rmtree(place.given / "checkpoints")
        elif name == "*samples":
            shutil.rmtree(place.given / "samples")
        elif name == "*manifests":
            for path in (place.given / "checkpoints").glob("*.json"):
                path.unlink()
        else:
            path = place.given / name
            whole = _whole(path) or b'{"name": "x", "iteration": 1}\n'
            path.write_bytes(whole[: int(at * len(whole))] if at < 0.8 else whole + whole[:5])
        return []

    return Case("torn and lost", f"{name} at {at:.2f}", "stopped", change, command_on(rng.choice(READING), rng))


FOREIGN = (
    "checkpoints/ckpt-9.index", "checkpoints/ckpt-9.data-00000-of-00001", "checkpoints/ckpt-1.index",
    "checkpoints/ckpt-8.index", "checkpoints/best-9.index", "checkpoints/ckpt-1.txt", "checkpoints/ckpt-6.png",
    "checkpoints/model_temp/weights.bin", "checkpoints/.x.tmp.json", "checkpoints/ckpt-6_temp/part", "metrics-old.csv",
    "samples/photo.png", "samples/notes.txt", "tensorboard/notes", ".metrics.tmp.csv", "notes.md", "model_temp/a",
    ".ganreg-00000000-1-00000000-00000000.tmp", "trials/0000-x/trial.json", "results.csv",
)  # fmt: skip


def foreign(rng: random.Random) -> Case:
    """Files of the user or of another program in a run's folder, with names that look like ganreg's."""
    names = rng.sample(FOREIGN, rng.choice((1, 1, 3)))

    def change(place: Place) -> list[Path]:
        for name in names:
            path = place.given / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(SECRET)
        return [place.given / name for name in names]

    command = command_on(rng.choice(("report", "sample", "resume", "resume")), rng)
    return Case("foreign files", ", ".join(names), rng.choice(("run", "stopped")), change, command)


def new_run(rng: random.Random) -> Case:
    """A folder that holds anything is given for a new run or comparison."""
    names = rng.sample((*FOREIGN, *RUN_FILES[1:], "comparison.toml", "workers.log", ".trial.lock"), rng.choice((1, 2)))
    link = rng.random() < 0.2

    def change(place: Place) -> list[Path]:
        for name in names:
            path = place.given / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if link:
                path.symlink_to(place.outside / "diary.txt")
            else:
                path.write_text(SECRET)
        return [] if link else [place.given / name for name in names]

    train = ("train", *DATA, *SMALL, "--steps", "2", "--out", "{given}")
    compare = ("compare", "gaussian-1d", "-l", "hinge|minimax", "--steps", "2", "--jobs", "1", "--out", "{given}")
    command = train if rng.random() < 0.7 else compare
    return Case("folders for new runs", f"{', '.join(names)}{' as links' * link}", "empty", change, command)


def names(rng: random.Random) -> Case:
    """Deep folders, and names with control characters, markup or bytes that are not text."""
    name = rng.choice(
        ("deep", "\x1b[2J\x07", "a\nb", "<img src=x onerror=alert(1)>", "\udcff\udcfe", "%s%n{}", "x" * 255)
    )

    def change(place: Place) -> list[Path]:
        if name != "deep":
            (place.given / "samples" / name).write_text("x")
            return []
        before = Path.cwd()
        os.chdir(place.given)
        for _ in range(1500):
            Path("d").mkdir()
            os.chdir("d")
        os.chdir(before)
        return []

    return Case("names", repr(name)[:40], rng.choice(("run", "stopped")), change, command_on(rng.choice(READING), rng))


RUNGS = (
    b"5",
    b"[]",
    b"[" * 100_000,
    b'{"rungs": [{"part": 0.5, "trials": [0, 99]}], "spent": 0}',
    b'{"rungs": [{"part": -1, "trials": [0]}], "spent": 0}',
    b'{"rungs": [], "spent": 1e999}',
)


def comparison(rng: random.Random) -> Case:
    """A hostile comparison: links, special files and damage in its own files and in those of its trials."""
    trial = "trials/0000-hinge-seed-0"
    name = rng.choice((
        "comparison.toml", f"{trial}/trial.json", "rungs.json", "results.csv", "workers.log", ".lock", "report.html",
        f"{trial}/metrics.csv", f"{trial}/samples.npz", f"{trial}/samples/00000004.png", f"{trial}/.trial.lock", trial,
    ))  # fmt: skip
    way = rng.choice(("link", "pipe", "content", "content", "flip"))
    content, at = rng.choice(CONTENTS.get(Path(name).suffix, CONTENTS[""])), rng.random()
    plans = (
        'recipes = ["x"]\n', "recipes = []\n", "recipes = 3\n", 'recipes = [{name = "x"}]\naxes = [3]\n',
        'recipes = [{name = "x"}]\nseeds = [1e999]\n', 'recipes = [{name = "x"}]\nseeds = [0, 0]\n',
        'recipes = [{name = "x"}]\naxes = [{name = 1, role = "loss", alternatives = ["hinge"]}]\n',
        'recipes = [{name = "x"}]\naxes = [{name = "a", role = "a.b.c", alternatives = ["1", "2"]}]\n',
        'recipes = [{name = "x"}]\n' + "".join(
            f'[[axes]]\nrole = "batch_size"\nname = "a{i}"\nalternatives = {json.dumps([str(j) for j in range(12)])}\n'
            for i in range(12)
        ),
    )  # fmt: skip
    plan = rng.choice(plans) if rng.random() < 0.5 else None
    rungs = rng.choice(RUNGS)

    def change(place: Place) -> list[Path]:
        path = place.given / name
        whole = bytearray(_whole(path))
        if name != trial or way in ("link", "pipe"):
            _replace(path)
        if way == "link":
            path.symlink_to(place.outside / ("private" if name == trial else "diary.txt"))
        elif way == "pipe":
            os.mkfifo(path)
        elif name == "comparison.toml" and plan is not None:
            path.write_text(plan)
        elif name == "rungs.json":
            path.write_bytes(rungs)
        elif way == "flip" and whole:
            whole[int(at * len(whole))] ^= 1 << int(8 * at)
            path.write_bytes(whole)
        elif name != trial:
            path.write_bytes(content)
        return []

    command = rng.choice((("report", "{given}"), ("report", "{given}"), ("compare", "--out", "{given}", "--jobs", "1")))
    return Case("comparisons", f"{name}: {way}", "comparison", change, command)


def recipe(rng: random.Random) -> Case:
    """A stranger's recipe next to data that lead out, never end or are damaged."""
    way = rng.choice((
        "images", "images inside", "image pipe", "npz link", "npz pipe", "csv link", "csv pipe", "up", "npz", "recipe",
    ))  # fmt: skip
    content, text = rng.choice(CONTENTS[".npz"]), rng.choice(CONTENTS[".toml"])
    dataset = {
        "images": '{name = "image-folder", path = "photos", size = 8}',
        "image pipe": '{name = "image-folder", path = "pictures", size = 8}',
        "images inside": '{name = "image-folder", path = "photos/deeper", size = 8}',
        "up": '{name = "npz", path = "../outside/secret.npz"}',
        "csv link": '{name = "csv", path = "x.csv"}',
        "csv pipe": '{name = "csv", path = "x.csv"}',
    }.get(way, '{name = "npz", path = "x.npz"}')

    def change(place: Place) -> list[Path]:
        photos = place.given / "photos" / "deeper"
        photos.mkdir(parents=True)
        (photos / "0.png").symlink_to(place.outside / "photo.png")
        Image.new("L", (8, 8)).save(place.given / "photos" / "1.png")
        (place.given / "pictures").mkdir()
        os.mkfifo(place.given / "pictures" / "0.png")
        Image.new("L", (8, 8)).save(place.given / "pictures" / "1.png")
        for kind in ("npz", "csv"):
            path = place.given / f"x.{kind}"
            if way == f"{kind} link":
                path.symlink_to(place.outside / f"secret.{kind}")
            elif way == f"{kind} pipe":
                os.mkfifo(path)
        if way == "npz":
            (place.given / "x.npz").write_bytes(content)
        lines = ['name = "r"', 'generator = "mlp"', 'discriminator = "mlp"', 'loss = "hinge"', f"dataset = {dataset}"]
        (place.given / "r.toml").write_bytes(text if way == "recipe" else "\n".join(lines).encode())
        return []

    command = ("train", "{given}/r.toml", "--steps", "1", "--execution", "eager", "--out", "{given}/../new")
    return Case("recipes", way if way != "recipe" else repr(text[:40]), "empty", change, command)


def cache(rng: random.Random) -> Case:
    """A cache whose files are links, pipes or damaged."""
    way, at, bit = rng.choice(("link", "pipe", "flip", "cut", "nested", "execution")), rng.random(), rng.randrange(8)

    def change(place: Place) -> list[Path]:
        files = sorted(path for path in place.given.rglob("*") if path.is_file())
        for path in files:
            whole = bytearray(path.read_bytes())
            path.unlink()
            if way == "link":
                path.symlink_to(place.outside / "diary.txt")
            elif way == "pipe":
                os.mkfifo(path)
            elif way == "flip" and whole:
                whole[int(at * len(whole))] ^= 1 << bit
                path.write_bytes(whole)
            else:
                path.write_bytes(whole[: int(at * len(whole))] if way == "cut" else b"[" * 100_000)
        return []

    return Case("cache", way, "cache", change, ("evaluate", "{run}", "-m", "kernel", "-n", "20"), cache=True)


KINDS = (
    *(links,) * 6, *(damage,) * 9, *(specials,) * 3, *(torn,) * 3, *(foreign,) * 4, *(new_run,) * 4, names,
    *(comparison,) * 6, *(recipe,) * 4, cache,
)  # fmt: skip
"""How often each kind is tried."""
