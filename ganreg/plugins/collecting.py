"""Catches what a file registers while it is imported."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_collected: contextvars.ContextVar[dict[str, list[Any]] | None] = contextvars.ContextVar("collected", default=None)


def collected() -> dict[str, list[Any]] | None:
    """Where to put what is registered, by kind; `None` outside of `collecting`."""
    return _collected.get()


@contextlib.contextmanager
def collecting() -> Iterator[Mapping[str, Sequence[Any]]]:
    """Has what is registered inside the block go to the mapping, by kind, instead of to the registry."""
    found: dict[str, list[Any]] = {}
    token = _collected.set(found)
    try:
        yield found
    finally:
        _collected.reset(token)
