"""Loading single Python files as plugins: `ganreg train --plugin my_gan.py`.

A run's folder names the files that its components came from. Loading the run loads them again, but only if the user has
named them on this machine before: somebody else's folder must not be able to run a program.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ganreg.errors import GanregWarning, PluginError, RunError
from ganreg.files.cache import cache_folder
from ganreg.plugins.host import Plugin
from ganreg.plugins.registry import Registry, registry
from ganreg.plugins.single_files import entry_point_of, hash_of, whole_path

FILES = "plugin_files"
"""The table in a saved recipe that has the hash of each file by its path."""

_NAMED = "plugin-files.txt"


def load_plugin(path: str | Path, known: Registry | None = None) -> Plugin:
    """Loads a single Python file as a plugin.

    The file offers components as any plugin does, by hooks, or by `@ganreg.register`. Modules next to it can be
    imported. A file that has been loaded is not loaded again.

    Args:
        path: the file, which ends in `.py`.
        known: the registry to add its components to. Defaults to that of the installed plugins.

    Returns:
        The plugin, whose distribution is called after the file.

    Raises:
        SpecError: there is no such file.
        PluginError: the file fails, offers nothing, or has the name of another plugin.
    """
    known = known or registry()
    plugin = _load(whole_path(Path(path)), known)
    _note(plugin.file)
    return plugin


def _load(path: Path, known: Registry) -> Plugin:
    for plugin in known.plugins:
        if plugin.file == str(path) and plugin.status == "loaded":
            return plugin
    point = entry_point_of(path)
    for plugin in known.plugins:
        if plugin.distribution == point.distribution:
            what = f"the file {plugin.file}" if plugin.file else "an installed distribution"
            raise PluginError(
                f"{path} cannot be loaded as a plugin, because {what} is called '{point.distribution}' too; rename it"
            )
    return known.add(point)


def hashes(known: Registry) -> dict[str, str]:
    """The hash of each file that has been loaded as a plugin, when it was loaded, by its path."""
    return {
        plugin.file: hash_of(plugin.version) for plugin in known.plugins if plugin.file and plugin.status == "loaded"
    }


def load_hashed(recorded: Mapping[str, str]) -> None:
    """Loads the files whose hashes `hashes` returned in another process of the same user.

    Raises:
        SpecError, PluginError: as `load_plugin`.
    """
    for path in recorded:
        _load(whole_path(Path(path)), registry())


def load_recorded(recorded: Any, *, where: str, known: Registry | None = None) -> None:
    """Loads the files that a saved recipe names, if the user has named them on this machine before.

    Args:
        recorded: the hashes of the files by their paths.
        where: what names them, for messages.
        known: the registry. Defaults to that of the installed plugins.

    Raises:
        RunError: a file is missing, was never named by the user on this machine, or the table is damaged.
        PluginError: a file fails.

    Warns:
        GanregWarning: a file has changed.
    """
    if not isinstance(recorded, Mapping):
        raise RunError(f"{where} is damaged: {FILES} must be a table, got {recorded!r}")
    known = known or registry()
    for text, digest in recorded.items():
        path = Path(text)
        plugin = next(
            (one for one in known.plugins if one.file and one.status == "loaded" and Path(one.file).name == path.name),
            None,
        )
        if plugin is None:
            if not path.is_file():
                raise RunError(f"{where} needs the plugin file {path}, which is missing; name it with --plugin FILE")
            if text not in _noted():
                raise RunError(
                    f"{where} needs the plugin file {path}, a program that you have not named on this machine yet; if "
                    f"you trust it, name it: --plugin {path} (in Python: ganreg.load_plugin)"
                )
            plugin = _load(path, known)
        if hash_of(plugin.version) != digest:
            warnings.warn(
                f"the plugin file {plugin.file} has changed since {where} was written", GanregWarning, stacklevel=2
            )


def _note(path: str) -> None:
    """Remembers that the user has named a file; without a place to do so, the file has to be named each time."""
    folder = cache_folder()
    with contextlib.suppress(OSError):
        if folder is not None and path not in _noted():
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / _NAMED).open("a", encoding="utf-8") as file:
                file.write(f"{path}\n")


def _noted() -> list[str]:
    folder = cache_folder()
    try:
        return [] if folder is None else (folder / _NAMED).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []
