"""Names what XLA could not compile. The only module that reads XLA's error texts, which alone contain it."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import tensorflow as tf

from ganreg.errors import GanregWarning

COMPILE_ERRORS = (tf.errors.OpError, ValueError, NotImplementedError)
"""What XLA raises if it lacks an operation; a component's own mistake may raise the same."""

_OPERATION = re.compile(r"XLA_\w+: (\w+) \(No registered")
_PLACE = re.compile(r'File "([^"]+)", line (\d+), in (\w+)')


def is_of_xla(error: Exception) -> bool:
    """Whether an error comes from compiling with XLA, rather than from what was to be compiled."""
    return isinstance(error, COMPILE_ERRORS) and "xla" in str(error).lower()


def warn_of_fallback(error: Exception) -> None:
    """Warns that the graph runs instead, and names the operation that XLA lacks and the line that uses it."""
    message = f"XLA cannot compile {_culprit(str(error))}, so this combination runs as a graph"
    warnings.warn(message, GanregWarning, stacklevel=2)


def _culprit(text: str) -> str:
    operation = _OPERATION.search(text)
    if operation is None:
        return f"this combination ({' '.join(text.split())[:200]})"
    places = _PLACE.findall(text.partition("tf2xla conversion failed")[0])
    if not places:
        return f"the operation '{operation[1]}'"
    path, line, function = places[-1]
    return f"the operation '{operation[1]}' of {function}() ({Path(path).parent.name}/{Path(path).name}, line {line})"
