"""A fault and the check that must find it."""

from __future__ import annotations

from typing import Any

import attrs


@attrs.frozen
class Fault:
    """One component with one fault.

    Attributes:
        check: the name of the check that finds it.
        component: as `check_component` takes it.
        reason: part of the check's reason.
        slow: whether finding it takes more than a second or two.
        also: the names of other checks that cannot pass either.
    """

    check: str
    component: Any
    reason: str
    slow: bool = False
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.check
