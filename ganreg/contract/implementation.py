"""The base class of all implementations, and the problems that they report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs
from attrs import validators

from ganreg.contract.overriding import overridden

if TYPE_CHECKING:
    from ganreg.contract.assembly import Assembly


@attrs.frozen
class Problem:
    """A problem that a component's `check` finds in an assembly.

    Attributes:
        severity: `"error"` refuses the combination; `"warning"` is printed, and training continues.
        message: what does not fit, with the names of the components.
        hint: what to do about it. Defaults to no hint.

    Raises:
        ValueError: the severity is neither `"error"` nor `"warning"`.
    """

    severity: Literal["error", "warning"] = attrs.field(validator=validators.in_(("error", "warning")))
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class Implementation:
    """The base of every kind's base class: what all implementations may override.

    Attributes:
        state_follows_weights: whether its state is the same on all devices that share a batch by itself, because it is
            computed from the networks' weights and from `step.mean` alone. Otherwise the devices exchange what each has
            changed after every update, and take the mean. Defaults to `False`.
        needs_one_device: the reason why several devices cannot share a batch with it, as the end of a sentence about
            it; empty, which is the default, if they can.
    """

    state_follows_weights: ClassVar[bool] = False
    needs_one_device: ClassVar[str] = ""
    kind_base: ClassVar[type[Implementation]]
    """The base class of the implementation's kind."""

    @property
    def sees_batch(self) -> bool:
        """Whether what it computes for a sample depends on the others in its batch, as batch statistics do.

        Where several devices share a batch, each of them sees its own part only, so the result depends on the number
        of devices. What is computed from `step.mean` does not. Defaults to `False`; a class attribute may override it.
        """
        return False

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if Implementation in cls.__bases__:
            cls.kind_base = cls

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields the problems of an assembly, before any network is built.

        Args:
            assembly: the components (`generator`, `discriminator`, `loss`, `regularizers`), the `schedule` and
                the `data`.
        """
        return ()


def overrides(implementation: Implementation, method: str) -> bool:
    """Whether the implementation's class defines `method` itself rather than inheriting its kind's default."""
    return method in overridden(implementation)
