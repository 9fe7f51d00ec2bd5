"""Checks of the cost of listing a component, which must not import TensorFlow."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys

import attrs

from ganreg.plugins.registry import registry
from ganreg.testing.check import EVERY_KIND, check
from ganreg.testing.failures import NotApplicableError, require
from ganreg.testing.subject import Subject

HEAVY = ("tensorflow", "keras", "torch", "jax")
SLOWEST = 0.5
"""The largest processor time in seconds that importing a plugin may take in addition to ganreg itself."""

_PROGRAM = """
import json, sys, time
import ganreg
began = time.process_time()
ganreg.registry()
print(json.dumps({"seconds": time.process_time() - began, "modules": sorted(sys.modules)}))
"""


@attrs.frozen
class Listing:
    """The effects of loading a distribution's plugins in a separate process.

    Attributes:
        modules: the imported modules.
        seconds: the processor time.
    """

    modules: frozenset[str]
    seconds: float


@functools.cache
def listing_of(distribution: str) -> Listing:
    """Loads a distribution's plugins in a separate process."""
    others = {plugin.distribution for plugin in registry().plugins} - {distribution}
    answer = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "ignore", "-c", _PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"GANREG_DISABLE": ",".join(others)},
    )
    require(answer.returncode == 0, f"listing {distribution} fails: {answer.stderr.strip()[-300:]}")
    measured = json.loads(answer.stdout.splitlines()[-1])
    return Listing(frozenset(measured["modules"]), measured["seconds"])


def _distribution(subject: Subject) -> str:
    if subject.entry is None:
        raise NotApplicableError("no installed plugin offers it")
    return subject.entry.plugin.distribution


@check(*EVERY_KIND, proves="listing it does not import TensorFlow")
def is_listed_without_tensorflow(subject: Subject) -> None:
    """Loads its plugin in a separate process and checks the imported modules."""
    distribution = _distribution(subject)
    heavy = [name for name in HEAVY if name in listing_of(distribution).modules]
    require(not heavy, f"listing {distribution} imports {', '.join(heavy)}; name implementations as 'module:Class'")


@check(*EVERY_KIND, proves="listing it is fast")
def is_listed_fast(subject: Subject) -> None:
    """Loads its plugin in a separate process and measures the processor time."""
    distribution = _distribution(subject)
    seconds = listing_of(distribution).seconds
    require(seconds < SLOWEST, f"loading the plugin of {distribution} takes {seconds:.2f} s of processor time")
