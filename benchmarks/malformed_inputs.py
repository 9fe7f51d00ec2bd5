"""Malformed inputs for `malformed.py`, drawn by Hypothesis: spec texts, options, recipes and run folders."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from malformed_cases import DATA, GARBAGE, NO_NUMBER, SMALL, WORDS, Case, Draw, Place
from malformed_files import images, npz, table


def _brief(text: str) -> tuple[str, ...]:
    """Returns the forms in which a message may quote a text."""
    return text[:10].strip(), repr(text)[1:10], repr(text.strip())[1:10]


def spec(draw: Draw, place: Place) -> Case:
    """Draws the spec of a component on the command line."""
    option, name = draw(
        st.sampled_from(
            [("-g", "mlp"), ("-d", "mlp"), ("-r", "wgan-gp"), ("--dataset", "gaussian-1d"), ("-l", "hinge")]
        )
    )
    number = {"-g": "latent_dim", "-d": "widths", "-r": "weight", "--dataset": "samples", "-l": "margin"}[option]
    word, depth = draw(WORDS), draw(st.integers(1, 3000))
    text = draw(
        st.one_of(
            st.text(min_size=1, max_size=30).filter(lambda text: not text.strip()[:1].isalnum()),
            st.just(word),
            st.sampled_from([f"{name}:", f"{name}:{word}", f"{name}:={word}", f"{name}:{number}=", f"{name}:,"]),
            st.sampled_from([f"{name}:{word}=1", f"{name}:name={word}", f"{word}/{name}", f"{name}/{word}"]),
            NO_NUMBER.map(f"{name}:{number}={{}}".format),
            st.sampled_from(["(", "[", '"', "[1,(2", "{a="]).map(f"{name}:{number}={{}}".format),
            st.just(f"{name}:{number}=1,{number}=2"),
            st.just(f"{name}:{number}=" + "[" * depth),
            st.just(f"{name}:{number}=" + "[" * depth + "]" * depth).filter(lambda _: option != "-d" or depth > 1),
            st.sampled_from(["-1e400", "-7", "[-3]", "1" * 5000 + ".5x"]).map(f"{name}:{number}={{}}".format),
            st.sampled_from(["os.path:join", "builtins:exec", "keras.layers:Lambda", "../mlp", "/etc/passwd", "~/x"]),
        )
    )
    return place.train("spec", *SMALL, *DATA, option, text, named=(*_brief(text), name, number))


def setting(draw: Draw, place: Place) -> Case:
    """Draws the value of an option, or of `--set`."""
    word = draw(WORDS)
    option, text = draw(
        st.one_of(
            st.tuples(st.just("--set"), st.sampled_from([
                word, f"{word}=1", f"generator.{word}=1", f"regularizers.7.weight={word}", "batch_size=0",
                f"seed={word}",
                "steps=-1", "=", "steps=", f"generator={word}", "generator=[1]", "regularizers=7", f"steps.{word}=1",
                f"generator_optimizer={word}", "generator_optimizer.learning_rate=fast", "ema_decay=1", "ema_decay=nan",
                f"generator_optimizer.{word}=1", "schedule=never", "schedule.first=nobody",
                f"learning_rate_decay={word}",
            ])),
            st.tuples(st.sampled_from(["--batch-size", "--seed", "--execution", "--keep"]), st.just(word)),
            st.tuples(st.just("--batch-size"), st.integers(65, 10**30).map(str)),
            st.tuples(st.just("--schedule"), st.sampled_from([word, "alternating:discriminator_steps=0", "{}", ""])),
            st.tuples(st.just(f"--{word}"), st.just("1")),
        )
    )  # fmt: skip
    named = (*_brief(text), option, word, *text.replace(".", "=").split("=")[:2])
    return place.train("option", *SMALL, *DATA, option, text, named=tuple(filter(None, named)))


def recipe(draw: Draw, place: Place) -> Case:
    """Draws the file of a recipe."""
    word = draw(WORDS)
    line = draw(
        st.sampled_from([
            f"{word} = 1", "batch_size = 0", "batch_size = '8'", "batch_size = 8.5", "steps = true", "seed = -1",
            "seed = 1979-05-27", "ema_decay = nan", "ema_decay = inf", "loss = 3", "loss = []", f"loss = '{word}'",
            "loss = {}", "loss = {name = 7}", f"loss = {{name = 'hinge', {word} = 1}}", "generator = ['mlp']",
            f"generator = {{name = 'mlp', latent_dim = '{word}'}}", "generator = {name = 'mlp', latent_dim = {}}",
            "regularizers = [[]]", f"regularizers = ['{word}']", "regularizers = {a = 1}", "regularizers = 'r1:'",
            "schedule = 5", "schedule = {}\nschedule = {}",
            "generator_optimizer = {name = 'adam', learning_rate = 'x'}",
            f"generator_optimizer = 'adam:{word}=1'", "generator_optimizer = 'os:system'", "name = 'Not Kebab'",
            "name = '../../up'", "precision = 'float8'", "learning_rate_decay = 1", "loss = 'builtins:eval'",
            "generator = {name = 'keras.layers:Lambda'}", "x" * 3000, f"{word} = [", f"{word} = '''", "[[", "= 1",
            "batch_size = " + "9" * 5000, "summary = " + "[" * 5000, "dataset = 'npz:path=/etc/passwd'",
            "dataset = 'csv:path=../up.csv'", "dataset = {name = 'image-folder', path = '/etc'}", "batch_size = 10_000",
            "dataset = {name = 'csv', path = {}}", "[data]\nshape = [0]\n[data]", "steps = 1\nsteps = 2",
        ])
    )  # fmt: skip
    content = draw(
        st.one_of(
            st.just(line.encode()),
            st.just(line.encode()),
            GARBAGE.map(lambda noise: b'name = "ok"\n\xff\xfe' + noise),
            st.text(min_size=1, max_size=40).map(lambda text: f"{word} = {text}\x00".encode(errors="replace")),
        )
    )
    file = place.scratch / f"{word}.toml"
    if draw(st.integers(0, 9)) == 0:
        draw(st.sampled_from([lambda: None, file.mkdir, lambda: file.symlink_to(file)]))()
        content = b""
    else:
        file.write_bytes(content)
    # If the dataset is what is malformed, it comes from the file.
    data = () if b"dataset" in content else DATA
    networks = () if b"generator =" in content else SMALL[:4]
    keys = tuple(part.partition("=")[0].strip("[]' ") for part in line.splitlines())
    named = (file.name, *(key for key in keys if key), word, "batch size")
    return place.train("recipe", str(file), *networks, *SMALL[4 if b"batch_size" not in content else 6 :], *data,
                       named=named)  # fmt: skip


def _in_recipe(text: str) -> Callable[[Path], None]:
    def change(run: Path) -> None:
        (run / "recipe.toml").write_text(text + "\n" + (run / "recipe.toml").read_text())

    return change


def _in_record(old: str, new: str) -> Callable[[Path], None]:
    def change(run: Path) -> None:
        lines = (run / "run.toml").read_text().splitlines()
        (run / "run.toml").write_text("\n".join(new if line.startswith(old) else line for line in lines) + "\n")

    return change


def newest_manifest(run: Path) -> Path:
    """Returns the manifest of the newest checkpoint."""
    return max((run / "checkpoints").glob("*.json"), key=lambda path: int(path.stem.partition("-")[2]))


def rewrite_manifest(run: Path, **changes: Any) -> None:
    """Changes a manifest and makes its checksum match."""
    path = newest_manifest(run)
    content = json.loads(path.read_text()) | changes
    del content["sha256"]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps({"sha256": digest, **content}))


def _manifest(**changes: Any) -> Callable[[Path], None]:
    return lambda run: rewrite_manifest(run, **changes)


def _spoil_checkpoints(content: bytes | None, pattern: str) -> Callable[[Path], None]:
    def change(run: Path) -> None:
        for file in (run / "checkpoints").glob(pattern):
            file.write_bytes(file.read_bytes()[:7] if content is None else content)

    return change


def _replaced(name: str, content: bytes | None) -> Callable[[Path], None]:
    def change(run: Path) -> None:
        (run / name).unlink()
        if content is None:
            (run / name).mkdir()
        else:
            (run / name).write_bytes(content)

    return change


def run_folder(draw: Draw, place: Place) -> Case:
    """Draws a run folder for `resume`, `sample` or `verify`."""
    word, noise = draw(WORDS), draw(GARBAGE)
    everybody = [
        _in_recipe(f"{word} = 1"), _in_recipe(f"loss = '{word}'"), _in_recipe("= ="), _replaced("recipe.toml", None),
        _replaced("recipe.toml", b"\xff" + noise), _replaced("recipe.toml", b"generator = 'os:system'"),
        _replaced("recipe.toml", b"[data]\nshape = 'x'"), _replaced("recipe.toml", b"[data]\nshape = [-1]"),
        _replaced("recipe.toml", b"data = 3"), _replaced("recipe.toml", b"[data]\nshape = [1]\nnum_classes = 'x'"),
        _replaced("recipe.toml", b"[data]\nshape = [1]\nvalue_range = [0]"),
        _replaced("recipe.toml", b"[data]\nshape = [1]\nvalue_range = ['a', 'b']"),
    ]  # fmt: skip
    record = [
        _replaced("run.toml", noise + b"\x00"), _replaced("run.toml", None), _replaced("run.toml", b""),
        _in_record("steps", "steps = 0"), _in_record("steps", f"steps = '{word}'"), _in_record("[plan]", "[plans]"),
        _in_record("keep", f"keep = 3\n{word} = 1"), _in_record("threads", "threads = []"), _in_record("mode",
        "mode = 'warp'"),
        _in_record("updates_per_call", "updates_per_call = 0"), _in_record("execution", "execution = 'warp'"),
    ]  # fmt: skip
    checkpoints = [
        _spoil_checkpoints(noise, "*.json"), _spoil_checkpoints(None, "*.index"), _spoil_checkpoints(None, "*.data*"),
        _spoil_checkpoints(b"[]", "*.json"), _spoil_checkpoints(b"[" * 100_000, "*.json"), _spoil_checkpoints(b"{}",
        "*.json"),
    ]  # fmt: skip
    resuming = [
        _replaced("metrics.csv", b"iteration\n"), lambda run: (run / "metrics.csv").unlink(),
        _replaced("metrics.csv", None),
        _manifest(recorders={}), _manifest(recorders={"metrics": 3}), _manifest(recorders={"metrics": {"columns": 3}}),
        _manifest(recorders={"metrics": {"columns": [], "bytes": "x", "done": [], "pending": 4}}),
    ]  # fmt: skip
    command = draw(st.sampled_from(["resume", "sample", "verify"]))
    changes = {
        "resume": everybody + record + checkpoints + resuming,
        "sample": everybody + checkpoints,
        "verify": everybody + record[:6] + [_replaced("metrics.csv", b"\xff"), _replaced("metrics.csv", None)],
    }
    run = place.scratch / f"run-{word}"
    shutil.copytree(place.ended if command == "verify" else place.stopped, run)
    draw(st.sampled_from(changes[command]))(run)
    return Case("run folder", [command, str(run)], (run.name, word, "os:system"), run)


KINDS = (spec, setting, recipe, npz, table, images, run_folder)
