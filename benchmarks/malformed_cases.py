"""What the malformed inputs of `malformed.py` have in common: the case, and where its files are."""

from __future__ import annotations

import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]

SMALL = (
    "-g", "mlp:latent_dim=2,widths=[4]", "-d", "mlp:widths=[4]", "--batch-size", "4", "--execution", "graph",
    "--updates-per-call", "1",
)  # fmt: skip
DATA = ("--dataset", "gaussian-1d:samples=64")
GARBAGE = st.binary(max_size=400)
WORDS = st.text(string.ascii_lowercase, min_size=6, max_size=12).map("q".__add__)
"""Words that nothing in ganreg is named."""

NO_NUMBER = st.one_of(WORDS, st.just("nan"), st.just("true"), st.just('"3"'), st.just("[[]]"), st.just("{a=1}"))


@attrs.frozen
class Case:
    """One command line that must be refused.

    Attributes:
        kind: what is malformed.
        arguments: the arguments after `ganreg`.
        named: the message must contain one of these texts.
        untouched: a folder that must not change, or must not be created if it does not exist.
    """

    kind: str
    arguments: list[str]
    named: tuple[str, ...]
    untouched: Path


@attrs.frozen
class Place:
    """The folders of a case.

    Attributes:
        scratch: an empty folder for the files of the case.
        stopped: a run that has not finished.
        ended: a run that has finished.
    """

    scratch: Path
    stopped: Path
    ended: Path

    @property
    def out(self) -> Path:
        """The folder of the new run, which does not exist."""
        return self.scratch / "out"

    def train(self, kind: str, *arguments: str, named: tuple[str, ...]) -> Case:
        """Returns the case of a training that must not start."""
        return Case(kind, ["train", *arguments, "--steps", "2", "--out", str(self.out)], named, self.out)
