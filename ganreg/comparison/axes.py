"""Axes of a comparison: the alternatives for one option of `ganreg train`, and the text that describes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import attrs

from ganreg.contract.recipes import ROLES
from ganreg.contract.specs import Spec, split_outside_brackets
from ganreg.errors import SpecError

NONE = "none"
"""The alternative that uses no regularizer, or no game but the usual one."""

_TOGETHER = re.compile(r"\s+\+\s+")

COMPONENTS = ("dataset", "game", *ROLES, "regularizer")
"""The components of a recipe that an axis can vary."""
NETWORKS = ("generator", "discriminator")
"""Those whose kind depends on the game."""


@attrs.frozen
class Axis:
    """Alternatives, of which each trial uses one.

    Attributes:
        name: the heading of its column in tables, unique in a plan.
        role: one of `COMPONENTS`, or the key of a setting, such as `"batch_size"`.
        alternatives: spec texts or values, each once.

    Raises:
        SpecError: an alternative is given twice, or there are none.
    """

    name: str
    role: str
    alternatives: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        if not self.alternatives:
            raise SpecError(f"'{self.name}' has no alternatives")
        for alternative, count in Counter(self.alternatives).items():
            if count > 1:
                raise SpecError(f"'{self.name}' has the alternative '{alternative}' twice")

    @property
    def is_component(self) -> bool:
        """Whether its alternatives are components, rather than values of a setting."""
        return self.role in COMPONENTS

    def specs(self, alternative: str) -> tuple[Spec, ...]:
        """Returns the components of an alternative: any number of regularizers, or one component of another kind."""
        if alternative == NONE and self.role in ("game", "regularizer"):
            return ()
        if self.role != "regularizer":
            return (Spec.parse(alternative),)
        return tuple(Spec.parse(text) for text in _TOGETHER.split(alternative))


def alternatives(text: str) -> Iterator[str]:
    """Yields the parts of a text such as `none|r1:weight=5|wgan-gp`; bars in brackets or quotes do not separate.

    Raises:
        SpecError: a part is empty.
    """
    for part in split_outside_brackets(text, "|"):
        if not part.strip():
            raise SpecError(f"{text!r} has an empty alternative; remove the bar, or write 'none' for no regularizer")
        yield part.strip()


def component_axis(role: str, texts: Sequence[str]) -> list[Axis]:
    """Returns the one axis of a repeatable option, or no axis if the option was not given."""
    found = tuple(alternative for text in texts for alternative in alternatives(text))
    return [Axis(role, role, found)] if found else []


def regularizer_axes(texts: Sequence[str]) -> list[Axis]:
    """Returns an axis for each text with bars, such as `"none|r1"`, and one axis for all texts without bars.

    An axis that offers one regularizer or none is named after the regularizer.
    """
    groups: list[list[str]] = []
    alone: list[str] = []
    for text in texts:
        found = list(alternatives(text))
        if len(found) > 1:
            groups.append(found)
            continue
        if not alone:
            groups.append(alone)
        alone += found
    axes: list[Axis] = []
    for group in groups:
        name = "regularizer" if len(groups) == 1 else _name_of(group)
        axes.append(Axis(_unused(name, axes), "regularizer", tuple(group)))
    return axes


def _name_of(group: Sequence[str]) -> str:
    """Returns the name of the only regularizer in a group of alternatives, or `"regularizer"` if there are more."""
    present = [alternative for alternative in group if alternative != NONE]
    if len(present) != 1 or _TOGETHER.search(present[0]):
        return "regularizer"
    return Spec.parse(present[0]).name.rpartition("/")[2]


def setting_axes(texts: Sequence[str]) -> list[Axis]:
    """Returns an axis for each text `key=value|value`.

    Raises:
        SpecError: a text has another form, a key is given twice, or a key has an option of its own.
    """
    axes: list[Axis] = []
    for text in texts:
        key, equals, values = (part.strip() for part in text.partition("="))
        if not equals or not key or not values:
            raise SpecError(f"setting {text!r} must be key=value or key=value|value, such as batch_size=32|64")
        if key == "seed":
            raise SpecError("seeds are given by --seeds, not as a setting")
        if any(axis.role == key for axis in axes):
            raise SpecError(f"'{key}' is set twice; give alternatives as {key}=value|value")
        if key in COMPONENTS:
            raise SpecError(f"'{key}' is not given as a setting but by an option of its own")
        axes.append(Axis(key, key, tuple(alternatives(values))))
    return axes


def _unused(name: str, axes: Sequence[Axis]) -> str:
    taken = {axis.name for axis in axes}
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate
