"""Reads the metadata of installed distributions: their plugins, their origin, and how to install them again."""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import attrs

from ganreg.errors import PluginError

ENTRY_POINT_GROUP = "ganreg"


@attrs.frozen
class EntryPoint:
    """An entry point that names a plugin's module. Tests pass one in place of an installed package.

    Attributes:
        name: the entry point's name.
        distribution: the distribution that declares it, as pip names it.
        version: the version of that distribution.
        load: imports the plugin.
        requirements: the requirements of the distribution, in pip's syntax: `"ganreg>=0.1"`.
        module: the plugin's module; empty if the metadata cannot be read.
        file: the path of a single file that is a plugin; empty for an installed one.
    """

    name: str
    distribution: str
    version: str
    load: Callable[[], Any]
    requirements: tuple[str, ...] = ()
    module: str = ""
    file: str = ""


def installed_entry_points() -> Iterator[EntryPoint]:
    """Yields every entry point of the group `ganreg`, ordered by distribution and name."""
    try:
        found = [_entry_point(point) for point in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP)]
    except Exception:  # noqa: BLE001 - one unreadable file of any distribution makes the whole call fail
        found = list(_one_by_one())
    seen: set[tuple[str, str]] = set()
    for point in sorted(found, key=lambda point: (point.distribution, point.name)):
        if (point.distribution, point.name) not in seen:  # the same installation can be on the path twice
            seen.add((point.distribution, point.name))
            yield point


def _entry_point(point: importlib.metadata.EntryPoint) -> EntryPoint:
    if point.dist is None:
        return EntryPoint(point.name, "unknown", "0", point.load, module=point.module)
    metadata = point.dist.metadata  # each access to this property parses the file again
    name, version = metadata["Name"] or "unknown", metadata["Version"] or "0"
    required = tuple(metadata.get_all("Requires-Dist") or ())
    return EntryPoint(point.name, name, version, point.load, required, point.module)


def _one_by_one() -> Iterator[EntryPoint]:
    """Does the same as `importlib.metadata.entry_points`, but an unreadable distribution loses only its own plugins."""
    for distribution in importlib.metadata.distributions():
        try:
            yield from map(_entry_point, distribution.entry_points.select(group=ENTRY_POINT_GROUP))
        except Exception as error:  # noqa: BLE001 - files written by other tools can be malformed in any way
            if _may_have_plugins(distribution):
                yield _unreadable(distribution, error)


def _may_have_plugins(distribution: importlib.metadata.Distribution) -> bool:
    try:
        return f"[{ENTRY_POINT_GROUP}]" in (distribution.read_text("entry_points.txt") or "")
    except UnicodeDecodeError:
        return True


def _unreadable(distribution: importlib.metadata.Distribution, error: Exception) -> EntryPoint:
    named = _name_and_version(distribution)
    name, version = named or ("unknown", "0")
    file = (
        f"the METADATA of a distribution in {distribution.locate_file('')}" if named is None else "its entry_points.txt"
    )

    def load() -> NoReturn:
        raise PluginError(f"{file} cannot be read; reinstall the distribution") from error

    return EntryPoint(name, name, version, load)


def _name_and_version(
    distribution: importlib.metadata.Distribution, nameless: str = "unknown"
) -> tuple[str, str] | None:
    """The name (or `nameless`) and version of a distribution, or `None` if its METADATA cannot be read."""
    try:
        metadata = distribution.metadata
        return metadata["Name"] or nameless, metadata["Version"] or "0"
    except Exception:  # noqa: BLE001 - files written by other tools can be malformed in any way
        return None


def normalized(name: str) -> str:
    """The normalized name of a distribution: `acme-gan` for `Acme_GAN`."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


@attrs.frozen
class Origin:
    """Where an installed distribution comes from.

    Attributes:
        location: the folder in which it is installed; for an editable installation, the folder of its source.
        editable: whether it is installed in editable mode.
        requirement: the line of a requirements file that installs it elsewhere: `acme-gan==1.0`, or the repository or
            address from which it was installed.
        local: whether it was installed from a local file or folder, so that pip may not find it on another machine.
    """

    location: str
    editable: bool
    requirement: str
    local: bool


def origin(distribution: str) -> Origin | None:
    """The origin of a distribution, or `None` if no distribution of that name is installed."""
    try:
        found = importlib.metadata.distribution(distribution)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return None
    name, version = _name_and_version(found, distribution) or (distribution, "0")
    direct = _direct_url(found)
    url = direct.get("url", "")
    editable = bool(direct.get("dir_info", {}).get("editable"))
    return Origin(
        location=_path(url) if editable else str(found.locate_file("")),
        editable=editable,
        requirement=_requirement(name, version, direct),
        local=url.startswith("file:"),
    )


def _direct_url(distribution: importlib.metadata.Distribution) -> dict[str, Any]:
    """The content of `direct_url.json`, which pip writes for installations not from an index; empty if malformed."""
    try:
        direct = json.loads(distribution.read_text("direct_url.json") or "{}")
    except ValueError:  # not JSON, or not UTF-8
        return {}
    if not isinstance(direct, dict) or not isinstance(direct.get("url", ""), str):
        return {}
    parts = [direct.get(part, {}) for part in ("dir_info", "vcs_info")]
    if not all(isinstance(part, dict) for part in parts):
        return {}
    return direct if not parts[1] or {"vcs", "commit_id"} <= parts[1].keys() else {}


def _requirement(name: str, version: str, direct: dict[str, Any]) -> str:
    url, vcs = direct.get("url", "file:"), direct.get("vcs_info")
    if url.startswith("file:"):
        return f"{name}=={version}"
    return f"{name} @ {vcs['vcs']}+{url}@{vcs['commit_id']}" if vcs else f"{name} @ {url}"


def _path(url: str) -> str:
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    return url2pathname(urlsplit(url).path)
