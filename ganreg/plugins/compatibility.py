"""Checks whether a plugin supports the installed ganreg, by the requirement that pip reads too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ganreg.errors import PluginError

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from packaging.version import Version

_OURS = re.compile(r"ganreg(?![\w.-])", re.IGNORECASE)
_PLAIN = re.compile(r"ganreg *(?:>= *(?P<least>\d+(?:\.\d+)*))?")
_RELEASE = re.compile(r"\d+(\.\d+)*")
_LOWER_BOUNDS = (">=", ">", "~=", "==", "===")


def refuse_incompatible(distribution: str, requirements: Iterable[str], version: str) -> None:
    """Raises if a plugin's distribution is not compatible with the installed ganreg.

    Args:
        distribution: the plugin's distribution.
        requirements: its requirements, as in its metadata: `"ganreg>=0.1,<0.3"`. Without a requirement on ganreg, any
            version is accepted.
        version: the version of the installed ganreg.

    Raises:
        PluginError: the plugin needs another ganreg; the message says whether to upgrade ganreg or the plugin.
    """
    for text in requirements:
        if _OURS.match(text) and not _is_plainly_met(text, version):
            _refuse_unmet(distribution, text, version)


def _is_plainly_met(text: str, version: str) -> bool:
    """Checks the usual form of a requirement; importing `packaging` would take a tenth of the time of `ganreg list`."""
    plain = _PLAIN.fullmatch(text)
    if plain is None or not _RELEASE.fullmatch(version):
        return False
    return _release(plain["least"] or "0") <= _release(version)


def _release(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _refuse_unmet(distribution: str, text: str, version: str) -> None:
    from packaging.requirements import Requirement
    from packaging.version import Version

    requirement, ours = Requirement(text), Version(version)
    applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    if applies and not requirement.specifier.contains(ours, prereleases=True):
        remedy = f'"ganreg{requirement.specifier}"' if _is_too_new(requirement, ours) else distribution
        raise PluginError(f"needs ganreg{requirement.specifier}, this is {version}: pip install -U {remedy}")


def _is_too_new(requirement: Requirement, ours: Version) -> bool:
    """Whether a newer ganreg would meet the requirement, rather than a newer plugin."""
    from packaging.version import Version

    unmet = [bound for bound in requirement.specifier if not bound.contains(ours, prereleases=True)]
    return any(bound.operator in _LOWER_BOUNDS and ours <= Version(bound.version.removesuffix(".*")) for bound in unmet)
