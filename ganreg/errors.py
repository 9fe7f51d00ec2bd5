"""The errors that a user of ganreg can cause, each also a subclass of the builtin that it resembles.

The command line turns them into one or two lines; a program catches `GanregError` for all of them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class GanregError(Exception):
    """Base of everything that ganreg raises on purpose.

    Attributes:
        exit_code: what the command line exits with: 2 where the input was wrong, 1 where the work failed.
    """

    exit_code = 2


class UnknownComponentError(GanregError, LookupError):
    """No installed plugin offers a component (or a kind) of that name."""

    def __init__(self, message: str, *, kind: str, name: str, known: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.kind, self.name, self.known = kind, name, tuple(known)


class AmbiguousComponentError(GanregError, LookupError):
    """Two distributions offer a component under the same bare name."""


class PluginError(GanregError, ImportError):
    """A plugin, or the implementation that it names, cannot be used."""

    exit_code = 1


class SpecError(GanregError, ValueError):
    """A spec, a hyperparameter or a recipe is malformed or out of bounds."""


class DataError(GanregError, ValueError):
    """Data cannot be used: wrong shape, not finite, a broken file, no labels where they are needed."""


class AssemblyError(GanregError, ValueError):
    """The components do not fit together or do not fit the data."""


class RunError(GanregError, RuntimeError):
    """A run folder cannot be written, read or continued."""


class TrainingError(GanregError, RuntimeError):
    """A training stopped because of what happened in it."""

    exit_code = 1


class NumericalError(GanregError, ArithmeticError):
    """A number of a training is NaN or infinite.

    Attributes:
        term: the logged name of the term, such as `"discriminator/wgan-gp"` or `"generator_gradient_norm"`, or
            `"weights"`.
        iteration: the update that it was found at, counted from 1 as in `metrics.csv`.
        player: `"generator"` or `"discriminator"`, whose it is; `None` where it is nobody's.
        found: what was found in a few words, such as `"penalty wgan-gp became NaN"`.
    """

    exit_code = 1

    def __init__(
        self, message: str, *, term: str = "", iteration: int = 0, player: str | None = None, found: str = ""
    ) -> None:
        super().__init__(message)
        self.term, self.iteration, self.player, self.found = term, iteration, player, found


class StoppedError(TrainingError):
    """A signal stopped a training, which a checkpoint was written of."""

    def __init__(self, message: str, *, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class UnhealthyError(TrainingError):
    """The health monitor stopped a training, which a checkpoint was written of.

    Attributes:
        name: of what it found, such as `"mode-collapse"`.
    """

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(message)
        self.name = name


class GanregWarning(UserWarning):
    """The work goes on, but something in it is known to go wrong; the text says what to do."""


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Returns up to `limit` of the known names that resemble `name`, the likeliest first.

    A `DISTRIBUTION/` before a name counts for nothing.
    """
    known_by_bare: dict[str, list[str]] = {}
    for candidate in known:
        known_by_bare.setdefault(candidate.rpartition("/")[2], []).append(candidate)
    near = difflib.get_close_matches(name.rpartition("/")[2], list(known_by_bare), n=limit, cutoff=0.5)
    return [candidate for bare in near for candidate in known_by_bare[bare]][:limit]


def did_you_mean(name: str, known: Iterable[str], limit: int = 3) -> str:
    """Returns `"did you mean 'a' or 'b'?"`, or what there is to choose from where nothing is near."""
    names = sorted(known)
    near = nearest(name, names, limit)
    if near:
        return "did you mean " + " or ".join(f"'{candidate}'" for candidate in near) + "?"
    if not names:
        return "there are none"
    shown = ", ".join(names[:20])
    return f"choose from {shown}" + (", ..." if len(names) > 20 else "")
