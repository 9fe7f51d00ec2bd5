"""All checks, in the order in which they run."""

from __future__ import annotations

import functools
import importlib

from ganreg.testing.check import EVERY_KIND, IMPLEMENTED, NETWORKS, PLAYED, Check

_MODULES: dict[str, tuple[str, ...]] = {
    "describing": EVERY_KIND,
    "configuring": IMPLEMENTED,
    # Before all checks that use the component: a change that it makes to the process only once is not seen later.
    "surroundings": EVERY_KIND,
    "importing": EVERY_KIND,
    "building": PLAYED,
    "networks": (*NETWORKS, "regularizer"),
    "losses": ("loss",),
    "regularizers": ("regularizer",),
    "games": ("game",),
    "matches": ("game",),
    "updating": PLAYED,
    "executing": PLAYED,
    "sharing": PLAYED,
    "datasets": ("dataset",),
    "metrics": ("metric",),
    "extractors": ("extractor",),
    "recipes": ("recipe",),
}
"""The modules in this package and the kinds that each checks, so that a dataset is checked without TensorFlow."""


@functools.cache
def checks_of(kind: str) -> tuple[Check, ...]:
    """The checks that apply to a kind; their names are unique."""
    found = []
    for name, kinds in _MODULES.items():
        if kind in kinds:
            values = vars(importlib.import_module(f"{__name__}.{name}")).values()
            found += [value for value in values if isinstance(value, Check) and kind in value.kinds]
    return tuple(found)


def all_checks() -> tuple[Check, ...]:
    """The checks of all kinds, each once."""
    return tuple(dict.fromkeys(check for kind in EVERY_KIND for check in checks_of(kind)))
