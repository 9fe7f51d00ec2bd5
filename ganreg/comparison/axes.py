"""Axes of a comparison: alternatives in place of one option of `ganreg train`, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from ganreg.contract.specs import Spec, split_outside_brackets
from ganreg.errors import SpecError

NONE = "none"
"""The alternative of `-r` that has no regularizer."""

_TOGETHER = re.compile(r"\s+\+\s+")

ROLES = ("dataset", "generator", "discriminator", "loss", "regularizer")
"""What an axis can vary, beside the recipe and its settings."""


@attrs.frozen
class Axis:
    """Alternatives of which each trial takes one.

    Attributes:
        name: unique in a plan; the column of tables.
        role: one of `ROLES`, or the key of a setting, such as `"batch_size"`.
        alternatives: spec text or values, each once.

    Raises:
        SpecError: an alternative is given twice, or none at all.
    """

    name: str
    role: str
    alternatives: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        if not self.alternatives:
            raise SpecError(f"'{self.name}' has no alternatives")
        for alternative in self.alternatives:
            if self.alternatives.count(alternative) > 1:
                raise SpecError(f"'{self.name}' has the alternative '{alternative}' twice")

    @property
    def is_component(self) -> bool:
        """Whether its alternatives are components, rather than values of a setting."""
        return self.role in ROLES

    def specs(self, alternative: str) -> tuple[Spec, ...]:
        """The components of an alternative: several, or none, of regularizers; one of any other kind."""
        if self.role != "regularizer":
            return (Spec.parse(alternative),)
        if alternative == NONE:
            return ()
        return tuple(Spec.parse(text) for text in _TOGETHER.split(alternative))


def alternatives(text: str) -> Iterator[str]:
    """Yields what stands between bars that are outside brackets and quotes: `none|r1:weight=5|wgan-gp`.

    Raises:
        SpecError: there is nothing on a side of a bar.
    """
    for part in split_outside_brackets(text, "|"):
        if not part.strip():
            raise SpecError(f"{text!r} has an empty alternative; leave the bar out, or write 'none' for no regularizer")
        yield part.strip()


def component_axis(role: str, texts: Sequence[str]) -> list[Axis]:
    """The one axis of an option that was given any number of times; no axis where it was not."""
    found = tuple(alternative for text in texts for alternative in alternatives(text))
    return [Axis(role, role, found)] if found else []


def regularizer_axes(texts: Sequence[str]) -> list[Axis]:
    """An axis for each text with bars, such as `"none|r1"`; the texts without are the alternatives of one axis.

    One that is a matter of with and without is called by the regularizer's name.
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
    """The regularizer that a group of alternatives is about, where it is about one."""
    present = [alternative for alternative in group if alternative != NONE]
    if len(present) != 1 or _TOGETHER.search(present[0]):
        return "regularizer"
    return Spec.parse(present[0]).name.rpartition("/")[2]


def setting_axes(texts: Sequence[str]) -> list[Axis]:
    """An axis for each `key=value|value`.

    Raises:
        SpecError: a text is no `key=value`, a key is given twice, or it is the seed's.
    """
    axes: list[Axis] = []
    for text in texts:
        key, equals, values = (part.strip() for part in text.partition("="))
        if not equals or not key or not values:
            raise SpecError(f"setting {text!r} must be key=value or key=value|value, such as batch_size=32|64")
        if key == "seed":
            raise SpecError("seeds are given by --seeds, not by a setting")
        if any(axis.role == key for axis in axes):
            raise SpecError(f"'{key}' is set twice; give alternatives as {key}=value|value")
        if key in ROLES:
            raise SpecError(f"'{key}' is no setting here; it has an option of its own")
        axes.append(Axis(key, key, tuple(alternatives(values))))
    return axes


def _unused(name: str, axes: Sequence[Axis]) -> str:
    taken = {axis.name for axis in axes}
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate
