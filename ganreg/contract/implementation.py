"""What the implementations of all kinds have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import attrs
from attrs import validators

if TYPE_CHECKING:
    from ganreg.contract.assembly import Assembly


@attrs.frozen
class Problem:
    """What a component's `check` finds wrong with an assembly.

    Attributes:
        severity: `"error"` refuses the combination, `"warning"` is printed and training goes on.
        message: what does not fit, naming the components.
        hint: what to do about it.
    """

    severity: Literal["error", "warning"] = attrs.field(validator=validators.in_(("error", "warning")))
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class Implementation:
    """Base of every kind's base class: what all implementations may override."""

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields what does not fit in the whole assembly, before any network is built.

        Args:
            assembly: the components (`generator`, `discriminator`, `loss`, `regularizers`), the `schedule` and
                the `data`.
        """
        return ()


def overrides(implementation: Implementation, method: str) -> bool:
    """Whether the implementation's class defines `method` itself rather than inheriting its kind's default."""
    bases = [Implementation, *(base for base in type(implementation).__mro__ if Implementation in base.__bases__)]
    own = getattr(type(implementation), method, None)
    return all(own is not getattr(base, method, None) for base in bases)
