"""Checks of what listing costs: a component is listed before anybody waits for TensorFlow."""

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
"""Seconds of the processor's time that a plugin's import may take beyond ganreg's own."""

_PROGRAM = """
import json, sys, time
import ganreg
began = time.process_time()
ganreg.registry()
print(json.dumps({"seconds": time.process_time() - began, "modules": sorted(sys.modules)}))
"""


@attrs.frozen
class Listing:
    """What loading a distribution's plugins led to, in a process of its own.

    Attributes:
        modules: everything that was imported.
        seconds: how long the processor worked on it.
    """

    modules: frozenset[str]
    seconds: float


@functools.cache
def listing_of(distribution: str) -> Listing:
    """Loads a distribution's plugins in a process of its own."""
    others = {plugin.distribution for plugin in registry().plugins} - {distribution}
    answer = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "ignore", "-c", _PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"GANREG_DISABLE": ",".join(others)},
    )
    require(answer.returncode == 0, f"listing {distribution} fails: {answer.stderr.strip()[-300:]}")
    told = json.loads(answer.stdout.splitlines()[-1])
    return Listing(frozenset(told["modules"]), told["seconds"])


def _distribution(subject: Subject) -> str:
    if subject.entry is None:
        raise NotApplicableError("no installed plugin offers it")
    return subject.entry.plugin.distribution


@check(*EVERY_KIND, proves="listing it imports no TensorFlow")
def is_listed_without_tensorflow(subject: Subject) -> None:
    """Loads its plugin in a process of its own and looks at what was imported."""
    distribution = _distribution(subject)
    heavy = [name for name in HEAVY if name in listing_of(distribution).modules]
    require(not heavy, f"listing {distribution} imports {', '.join(heavy)}; name implementations as 'module:Class'")


@check(*EVERY_KIND, proves="listing it takes no time to speak of")
def is_listed_fast(subject: Subject) -> None:
    """Loads its plugin in a process of its own and takes the processor's time."""
    distribution = _distribution(subject)
    seconds = listing_of(distribution).seconds
    require(seconds < SLOWEST, f"loading the plugin of {distribution} takes {seconds:.2f} s of the processor's time")
