"""The errors of ganreg, each also a subclass of the builtin error that it resembles.

The command line prints them as one or two lines; programs can catch all of them as `GanregError`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import Any


class GanregError(Exception):
    """The base of all errors that ganreg raises on purpose.

    Attributes:
        exit_code: the exit code of the command line: 2 if the input was wrong, 1 if the work failed.
    """

    exit_code = 2

    def __reduce__(self) -> tuple[Callable[..., GanregError], tuple[Any, ...]]:
        """Lets processes hand over errors whose classes need more than a message."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[GanregError], arguments: tuple[Any, ...], attributes: dict[str, Any]) -> GanregError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(attributes)
    return error


class UnknownComponentError(GanregError, LookupError):
    """No installed plugin offers a component (or a kind) of this name.

    Attributes:
        kind: the kind of component that was looked up.
        name: the name that was looked up.
        known: the names that exist.
    """

    def __init__(self, message: str, *, kind: str, name: str, known: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.kind, self.name, self.known = kind, name, tuple(known)


class AmbiguousComponentError(GanregError, LookupError):
    """Several distributions offer a component of this name, so that it must be qualified."""


class PluginError(GanregError, ImportError):
    """A plugin or one of its components cannot be loaded or fails."""

    exit_code = 1


class SpecError(GanregError, ValueError):
    """A spec, a hyperparameter or a recipe is malformed or has an invalid value."""


class DataError(GanregError, ValueError):
    """Data cannot be used: their shape is wrong, they are not finite, a file is broken, or labels are missing."""


class AssemblyError(GanregError, ValueError):
    """The components do not fit together or do not fit the data."""


class RunError(GanregError, RuntimeError):
    """A run folder cannot be written, read or resumed."""


class TrainingError(GanregError, RuntimeError):
    """A training stopped before its end."""

    exit_code = 1


class NumericalError(GanregError, ArithmeticError):
    """A number of a training is NaN or infinite.

    Attributes:
        term: the log name of the term, such as `"discriminator/wgan-gp"` or `"generator_gradient_norm"`, or
            `"weights"`.
        iteration: the iteration in which it was found, counted from 1 as in `metrics.csv`.
        player: the player that it belongs to, `"generator"` or `"discriminator"`; `None` if it belongs to neither.
        found: a short description, such as `"penalty wgan-gp became NaN"`.
    """

    exit_code = 1

    def __init__(
        self, message: str, *, term: str = "", iteration: int = 0, player: str | None = None, found: str = ""
    ) -> None:
        super().__init__(message)
        self.term, self.iteration, self.player, self.found = term, iteration, player, found


class StoppedError(TrainingError):
    """A signal stopped a training, after its checkpoint was written."""

    def __init__(self, message: str, *, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class UnhealthyError(TrainingError):
    """The health monitor stopped a training, after its checkpoint was written.

    Attributes:
        name: the name of the finding, such as `"mode-collapse"`.
    """

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(message)
        self.name = name


class GanregWarning(UserWarning):
    """The work continues, but something in it is known to cause trouble; the text says what to do."""


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Returns up to `limit` of the known names that resemble `name`, the most similar first.

    A `DISTRIBUTION/` before a name is ignored in the comparison.
    """
    known_by_bare: dict[str, list[str]] = {}
    for candidate in known:
        known_by_bare.setdefault(candidate.rpartition("/")[2], []).append(candidate)
    near = difflib.get_close_matches(name.rpartition("/")[2], list(known_by_bare), n=limit, cutoff=0.5)
    return [candidate for bare in near for candidate in known_by_bare[bare]][:limit]


def did_you_mean(name: str, known: Iterable[str], limit: int = 3) -> str:
    """Returns a question such as `"did you mean 'a' or 'b'?"`, or the known names if none is similar."""
    names = sorted(known)
    near = nearest(name, names, limit)
    if near:
        return "did you mean " + " or ".join(f"'{candidate}'" for candidate in near) + "?"
    if not names:
        return "there are none"
    shown = ", ".join(names[:20])
    return f"choose from {shown}" + (", ..." if len(names) > 20 else "")
