"""Every code block and command of the README and the manual runs, in order, as a reader would have it.

Blocks of Python share a namespace a page; `pycon` blocks are compared with what they print. In `console` blocks lines
that begin with `$` are commands and the others what they must print (`...` stands for anything), in `sh` blocks every
line is a command. A page runs in a folder of its own, a block of the README in one for itself.

What differs from a reader's machine: `ganreg` runs in this process until a page installs a package; `pip install` puts
packages beside the page, without their dependencies, which are here; and trainings that say nothing of their length, or
of more than 200 steps, are cut short, and so are the checkpoints that are asked for. A block that does not run says why
in a comment before it, `<!-- not run: REASON -->`; they are counted below.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from sybil import Document, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

import ganreg
from ganreg.cli.app import run

ROOT = Path(__file__).parents[2]
README = "README.md"
RUNNABLE = ("python", "pycon", "console", "sh")
QUICK = {"docs/plugins.md"}
"""Pages that train nothing."""
NOT_RUN = 7
"""Blocks that do not run. Change it on purpose only."""
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
STEPS = 30

_FENCE = re.compile(r"^ *(?:```|~~~)(\w[\w-]*) *$", re.MULTILINE)
_EXCUSE = re.compile(r"<!-- not run: ([^>]+?) -->\s*(?:<!--(?:(?!-->).)*-->\s*)*\Z", re.DOTALL)


def pages() -> list[str]:
    """The pages with blocks that run, relative to the repository."""
    found = [README, *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").rglob("*.md")))]
    made = ("docs/components/", "docs/commands/", "docs/examples/")
    return [page for page in found if not page.startswith(made) and languages(page)]


def languages(page: str) -> list[str]:
    """The languages of a page's blocks that could run."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [language for language in _FENCE.findall(text) if language in RUNNABLE]


class Reader:
    """Someone who follows a page: a folder, and what is installed there.

    Args:
        folder: where the reader works; packages are installed beside what is there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.site = folder, folder / "site"
        self.environment = os.environ | {"PYTHONPATH": str(self.site), "TF_CPP_MIN_LOG_LEVEL": "3", "COLUMNS": "100"}
        self.environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

    def console(self, example) -> None:
        """Runs the commands of a `console` block, and compares what they print."""
        for command, wanted in _exchanges(example.parsed):
            code, output = self._run(command)
            fails = "Error: " in wanted
            assert bool(code) == fails, f"exit code {code} of `{command}`:\n{output}"
            if wanted.strip():
                pattern = re.sub(r"\s*\.\.\.\s*", "...", wanted)
                same = doctest.OutputChecker().check_output(pattern, output, FLAGS)
                assert same, f"`{command}` was to print\n{wanted}\nbut printed\n{output}"

    def shell(self, example) -> None:
        """Runs the commands of an `sh` block."""
        for line in example.parsed.replace("\\\n", " ").splitlines():
            command = line.strip()
            if command and not command.startswith("#"):
                code, output = self._run(command)
                assert code == 0, f"exit code {code} of `{command}`:\n{output}"

    def _run(self, command: str) -> tuple[int, str]:
        words = shlex.split(command, comments=True)
        if words[:2] == ["pip", "install"]:
            return self._install([word for word in words[2:] if not word.startswith("-")])
        if words[0] == "ganreg" and not words[1].startswith("-"):
            words = shortened(words)
            divides = any(word.startswith("cpu:") for word in words)  # only a new process can divide the processor
            if not self.site.exists() and not divides:
                return called(words[1:])
        process = subprocess.run(
            ["bash", "-c", shlex.join(words) if words[0] == "ganreg" else command],
            capture_output=True, text=True, check=False, cwd=self.folder, env=self.environment,
        )  # fmt: skip
        return process.returncode, process.stdout + process.stderr

    def _install(self, packages: list[str]) -> tuple[int, str]:
        sources = [package.partition("[")[0] for package in packages]
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
        process = subprocess.run(
            [*command, "--target", self.site, *sources], capture_output=True, text=True, check=False, cwd=self.folder
        )
        return process.returncode, process.stdout + process.stderr


def called(arguments: list[str]) -> tuple[int, str]:
    """Calls the command line in this process; its exit code and what it writes."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = run(arguments)
    return code, output.getvalue()


def shortened(words: list[str]) -> list[str]:
    """A command line with a training that takes seconds."""
    if words[1] == "train" and "--steps" not in words and "--help" not in words:
        return [*words, "--steps", str(STEPS)]
    longer = {"--steps": lambda steps: STEPS + steps // 1000, "--checkpoint": lambda iteration: STEPS}
    for option, cut in longer.items():
        place = words.index(option) + 1 if option in words else len(words)
        if words[place:] and words[place].isdecimal() and int(words[place]) > 200:
            words = [*words[:place], str(cut(int(words[place]))), *words[place + 1 :]]
    return words


def _exchanges(text: str) -> list[tuple[str, str]]:
    """Commands with what they are to print."""
    parts = re.split(r"^\$ ", text.replace("\\\n", " "), flags=re.MULTILINE)[1:]
    pairs = [part.partition("\n") for part in parts]
    return [(command, wanted) for command, _, wanted in pairs]


def session(example) -> None:
    """Runs a `pycon` block, and compares what it prints."""
    test = doctest.DocTestParser().get_doctest(example.parsed, {}, example.path, example.path, example.line)
    test.globs = example.namespace
    report = io.StringIO()
    failed = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.write, clear_globs=False).failed
    assert not failed, report.getvalue()


def parsed(page: str, reader: Reader) -> Document:
    """A page with the blocks that run, in order."""
    evaluators = {"python": PythonEvaluator(), "pycon": session, "console": reader.console, "sh": reader.shell}
    return Sybil([CodeBlockParser(*pair) for pair in evaluators.items()]).parse(ROOT / page)


def excuse(example) -> str:
    """Why a block does not run; empty where it does."""
    found = _EXCUSE.search(example.document.text[: example.start])
    return "" if found is None else found[1]


def own_files(folder: Path) -> None:
    """What the README calls the reader's own: an array of images and a table."""
    stream = np.random.default_rng(0)
    np.savez(folder / "mine.npz", x_train=stream.integers(0, 256, (64, 16, 16, 1), dtype=np.uint8))
    rows = "\n".join(
        f"{height:.1f},{colour}" for height, colour in zip(stream.normal(size=999), "rgb" * 333, strict=True)
    )
    (folder / "mine.csv").write_text(f"height,colour\n{rows}\n")


@pytest.fixture
def namespace(monkeypatch, tmp_path):
    """What the blocks of a page see; a module of its own, so that classes in it can be found."""
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GANREG_PLUGIN", "")
    module = types.ModuleType("page_of_the_manual")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    yield vars(module)
    if any(plugin.file or plugin.distribution == "registered" for plugin in ganreg.registry().plugins):
        ganreg.registry.cache_clear()


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=() if page in QUICK else pytest.mark.slow) for page in pages()]
)
def test_every_block_runs(page, namespace, tmp_path, monkeypatch):
    reader = Reader(tmp_path)
    for number, example in enumerate(parsed(page, reader).examples()):
        if excuse(example):
            continue
        reader.folder = tmp_path / (f"block-{number}" if page == README else "page")
        if not reader.folder.exists():
            reader.folder.mkdir()
            own_files(reader.folder)
        monkeypatch.chdir(reader.folder)
        example.namespace = namespace
        try:
            example.evaluate()
        except BaseException as error:
            error.add_note(f"{page}, line {example.line}")
            raise


def test_blocks_that_do_not_run_are_counted():
    excuses = []
    for page in pages():
        examples = list(parsed(page, Reader(Path())).examples())
        assert len(examples) == len(languages(page)), f"{page} has blocks that were not found"
        excuses += [(page, example.line, excuse(example)) for example in examples if excuse(example)]

    assert len(excuses) == NOT_RUN, excuses
