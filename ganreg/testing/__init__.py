"""Tools for testing components: checks of everything that a component must do, and steps for unit tests.

>>> from ganreg.testing import check_component
>>> [check.name for check in check_component("loss", "hinge")][:2]
['can-be-made', 'record-describes-it']
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ganreg.testing.check import Check as Check
    from ganreg.testing.check import Result as Result
    from ganreg.testing.conformance import ComponentCheck as ComponentCheck
    from ganreg.testing.conformance import check_component as check_component
    from ganreg.testing.conformance import parametrize_with_checks as parametrize_with_checks
    from ganreg.testing.failures import CheckFailure as CheckFailure
    from ganreg.testing.steps import discriminator_step as discriminator_step
    from ganreg.testing.steps import game_step as game_step
    from ganreg.testing.steps import generator_step as generator_step
    from ganreg.testing.tiny import tiny_gan as tiny_gan

_PLACES = {
    "Check": "ganreg.testing.check",
    "CheckFailure": "ganreg.testing.failures",
    "ComponentCheck": "ganreg.testing.conformance",
    "Result": "ganreg.testing.check",
    "check_component": "ganreg.testing.conformance",
    "discriminator_step": "ganreg.testing.steps",
    "game_step": "ganreg.testing.steps",
    "generator_step": "ganreg.testing.steps",
    "parametrize_with_checks": "ganreg.testing.conformance",
    "tiny_gan": "ganreg.testing.tiny",
}
"""The public names and their modules, which are imported on first use because pytest always imports this package."""

__all__ = sorted(_PLACES)  # noqa: PLE0605 - one list of the names is enough


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'ganreg.testing' has no attribute '{name}'")
    value = getattr(importlib.import_module(_PLACES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
