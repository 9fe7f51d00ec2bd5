"""One Python file as the entry point of a plugin."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from ganreg.contract.kinds import KINDS
from ganreg.errors import PluginError, SpecError
from ganreg.files.writing import sha256_of
from ganreg.plugins.collecting import collecting
from ganreg.plugins.hooks import hookimpl
from ganreg.plugins.installed import EntryPoint

VARIABLE = "GANREG_PLUGIN"
"""The environment variable with files to load, which processes that this one starts see too."""

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_HASH = "sha256:"


def whole_path(path: Path) -> Path:
    """The absolute path of a plugin file.

    Raises:
        SpecError: there is no such file, or it is no Python file.
    """
    whole = path.expanduser().resolve()
    if whole.suffix != ".py":
        raise SpecError(f"a plugin file must be a Python file, such as my_gan.py, got {path}")
    if not whole.is_file():
        raise SpecError(f"there is no plugin file {path}")
    return whole


def entry_point_of(path: Path) -> EntryPoint:
    """The entry point of a file, whose distribution is called after the file and has the file's hash as its version.

    Args:
        path: the absolute path.
    """
    name = _NOT_IN_NAMES.sub("-", path.stem).strip("._-") or "file"

    def load() -> ModuleType:
        return _imported(path)

    return EntryPoint(name, name, f"{_HASH}{sha256_of(path)}", load, file=str(path))


def entry_points_of_environment() -> Iterator[EntryPoint]:
    """The entry points of the files that `GANREG_PLUGIN` names; loading one that is missing fails."""
    for name in dict.fromkeys(named_by_environment()):
        try:
            yield entry_point_of(whole_path(Path(name)))
        except SpecError as error:
            yield EntryPoint(name, name, "0", functools.partial(_fail, str(error)), file=name)


def _fail(reason: str) -> NoReturn:
    raise PluginError(reason)


def named_by_environment() -> list[str]:
    """The files that `GANREG_PLUGIN` names, separated as in `PATH`."""
    return [name for name in os.environ.get(VARIABLE, "").split(os.pathsep) if name.strip()]


def name_in_environment(path: str) -> None:
    """Has the processes that this one starts load a file."""
    names = named_by_environment()
    if path not in names:
        os.environ[VARIABLE] = os.pathsep.join([*names, path])


def hash_of(version: str) -> str:
    """The hash of a file from the version of its plugin."""
    return version.removeprefix(_HASH)


def _imported(path: Path) -> ModuleType:
    """Runs the file as a module, and makes hooks of what it registers."""
    name = f"ganreg_file_{re.sub(r'[^A-Za-z0-9]+', '_', path.stem)}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise PluginError(f"{path} cannot be imported")
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with collecting() as collected:
            spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    for kind, components in collected.items():
        hook = KINDS[kind].hook
        setattr(module, hook, hookimpl(_offering(getattr(module, hook, None), components)))
    if not any(hasattr(getattr(module, name, None), "ganreg_impl") for name in dir(module)):
        raise PluginError(
            f"{path} offers nothing; decorate its classes with @ganreg.register, or define a hook such as "
            f"{KINDS['loss'].hook}"
        )
    return module


def _offering(own: Any, components: Iterable[Any]) -> Any:
    def offer() -> list[Any]:
        return [*(own() if own is not None else ()), *components]

    return offer
