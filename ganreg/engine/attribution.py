"""Turns an exception in a component's own code into one line that names the component.

Keras and TensorFlow give no access to where an error in a compiled call comes from other than their texts. This is the
only module that reads those, apart from `running/fallback.py` for XLA's.
"""

from __future__ import annotations

import contextlib
import inspect
import re
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ganreg.contract.assembly import Part
from ganreg.errors import GanregError, PluginError
from ganreg.texts import described, text_of

_ENGINE = str(Path(__file__).parent)
_FORWARD = str(Path(__file__).parent / "forward.py")
_FRAME = re.compile(r'File "([^"]+)", line \d+, in (\S+)')
_WRAPPED = "Exception encountered when calling"
"""How Keras's text begins when it wraps what a layer raised, together with all of the layer's arguments."""


@contextlib.contextmanager
def attributed(origin: str, action: str) -> Iterator[None]:
    """Turns an exception into a `PluginError` that names the component and its distribution.

    Args:
        origin: the component, such as `"regularizer 'r1' of ganreg-regularizers"`.
        action: what it was doing, such as `"discriminator_penalty"`.

    Raises:
        PluginError: something other than a `GanregError` was raised inside.
    """
    try:
        yield
    except GanregError as error:
        raise _unwrapped(error) from error.__cause__
    except (Exception, SystemExit) as error:  # a plugin must not end the process in the middle of a training
        cause = _unwrapped(error)
        if isinstance(cause, GanregError):
            raise cause from error
        raise PluginError(f"{origin} failed in {action}: {described(cause)}") from error


@contextlib.contextmanager
def attributed_to_parts(parts: Iterable[Part]) -> Iterator[None]:
    """Turns what TensorFlow raises from inside a compiled call into a `PluginError` that names the component.

    TensorFlow's message says in which lines of which files the failed operation was created. The innermost of them that
    lies in a component's module, or in another module of its package, identifies the component.

    Args:
        parts: all parts of the assembly.

    Raises:
        PluginError: an operation that a component created has failed; other exceptions pass unchanged.
    """
    try:
        yield
    except (Exception, SystemExit) as error:
        cause = _unwrapped(error)
        if isinstance(cause, GanregError):
            raise cause from (None if cause is error else error)
        text = text_of(error, 100_000)
        made = [*_FRAME.findall(text)] or [
            (frame.filename, frame.name) for frame in traceback.extract_tb(error.__traceback__)
        ]
        blamed = _blamed(_inside_the_engine(made), list(parts))
        if blamed is None:
            raise
        raise PluginError(f"{blamed[0]} failed in {blamed[1]}, compiled: {_reason(str(cause))}") from error


def _unwrapped(error: BaseException) -> BaseException:
    """The exception that Keras wrapped in one of its own."""
    while text_of(error).startswith(_WRAPPED) and error.__context__ is not None:
        error = error.__context__
    return error


def _inside_the_engine(frames: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The frames from the engine's first on, since a script that calls `fit` may define a component too."""
    first = next((index for index, (path, _) in enumerate(frames) if path.startswith(_ENGINE)), 0)
    return frames[first:]


def _blamed(frames: list[tuple[str, str]], parts: Sequence[Part]) -> tuple[str, str] | None:
    """The component that the innermost frame of any component belongs to, and its function; the innermost comes last.

    A module that several components of a package share is attributed to the component that called it, if the frames
    show that, and otherwise to all of them.
    """
    sources = {part.origin: path for part in parts if (path := _source_of(part))}
    sharing: list[str] = []
    function = ""
    for path, name in reversed(frames):
        if path == _FORWARD:
            break  # what a network's layers raise is not the fault of the component that ran it
        own = [origin for origin, source in sources.items() if source == path]
        if own:
            return own[0], function or name
        if sharing and path.startswith(_ENGINE):
            break  # frames further out called the engine, which called these
        if not sharing:
            sharing = [origin for origin, source in sources.items() if Path(path).is_relative_to(_package_of(source))]
            function = name if sharing else ""
    return (" or ".join(sharing), function) if sharing else None


def _source_of(part: Part) -> str | None:
    try:
        return inspect.getsourcefile(type(part.implementation))
    except TypeError:
        return None


def _package_of(source: str) -> Path:
    """The outermost package that a module belongs to, as a folder; the module itself where it belongs to none."""
    place = Path(source)
    while (place.parent / "__init__.py").is_file():
        place = place.parent
    return place


def _reason(text: str) -> str:
    """The last line of TensorFlow's message that is neither part of a stack nor the name of a node."""
    told = [line for line in text.splitlines() if line.strip() and not line.startswith((" ", "\t"))]
    return told[-1][:300] if told else text[:300]
