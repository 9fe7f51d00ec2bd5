"""Naming the culprit: an exception in a component's own code becomes one line that says whose it is."""

from __future__ import annotations

import contextlib
import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ganreg.errors import GanregError, PluginError

if TYPE_CHECKING:
    from ganreg.engine.assembly import Part

_FRAME = re.compile(r'File "([^"]+)", line \d+, in (\S+)')


@contextlib.contextmanager
def blaming(origin: str, action: str) -> Iterator[None]:
    """Turns an exception into a `PluginError` that names the component and its distribution.

    Args:
        origin: such as `"regularizer 'r1' of ganreg-regularizers"`.
        action: what it was doing, such as `"discriminator_penalty"`.

    Raises:
        PluginError: something other than a `GanregError` was raised inside.
    """
    try:
        yield
    except GanregError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())
        raise PluginError(f"{origin} failed in {action}: {type(error).__name__}: {reason[:300]}") from error


@contextlib.contextmanager
def blaming_parts(parts: Iterable[Part]) -> Iterator[None]:
    """Turns what TensorFlow raises from inside a compiled call into a `PluginError` that names the component.

    TensorFlow's message tells in which lines of which files the failed operation was made; where some of them are in a
    component's module, that component is the culprit.

    Args:
        parts: all that take part.

    Raises:
        PluginError: an operation that a component made has failed; what else is raised passes as it is.
    """
    try:
        yield
    except GanregError:
        raise
    except Exception as error:
        text = str(error)
        frames = _inside_the_engine(_FRAME.findall(text))
        origins = {path: part.origin for part in parts if (path := _source_of(part))}
        for path, function in reversed(frames):
            if path in origins:
                raise PluginError(f"{origins[path]} failed in {function}, compiled: {_reason(text)}") from error
        raise


def _inside_the_engine(frames: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The frames from the engine's first on: a script that calls `fit` may hold a component too."""
    engine = str(Path(__file__).parent)
    first = next((index for index, (path, _) in enumerate(frames) if path.startswith(engine)), 0)
    return frames[first:]


def _source_of(part: Part) -> str | None:
    try:
        return inspect.getsourcefile(type(part.component))
    except TypeError:
        return None


def _reason(text: str) -> str:
    """The last line of TensorFlow's message that says something: no stack, no node's name."""
    told = [line for line in text.splitlines() if line.strip() and not line.startswith((" ", "\t"))]
    return told[-1][:300] if told else text[:300]
