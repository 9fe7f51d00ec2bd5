"""Loads plugins one by one, so that a broken one affects nothing else."""

from __future__ import annotations

import os
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Literal

import attrs
import pluggy

from ganreg.contract.kinds import KINDS, Kind
from ganreg.errors import GanregWarning, PluginError, did_you_mean
from ganreg.plugins import hooks
from ganreg.plugins.blame import named_if_slow, noting_interrupts
from ganreg.plugins.compatibility import refuse_incompatible
from ganreg.plugins.installed import EntryPoint, normalized
from ganreg.texts import described, text_of
from ganreg.version import __version__

_LONGEST_DETAILS = 20_000


@attrs.frozen
class Plugin:
    """One plugin that was found, whether it works or not.

    Attributes:
        name: the entry point's name.
        distribution: the distribution that declares it, as pip names it.
        version: that distribution's version.
        status: `"loaded"`, `"failed"` or `"disabled"`.
        error: why it failed, in one line; empty otherwise.
        details: the traceback of a failure.
        seconds: how long it took to import it and call its component hooks, or how long until it failed.
        offers: what it offers, by kind.
        hooks: the names of the hooks that it implements.
        deprecations: what it still uses that a later ganreg will not have, one line each.
        file: the path of the single file that it is; empty for an installed plugin.
    """

    name: str
    distribution: str
    version: str
    status: Literal["loaded", "failed", "disabled"]
    error: str = ""
    details: str = attrs.field(default="", repr=False)
    seconds: float = 0.0
    offers: Mapping[str, tuple[Any, ...]] = attrs.field(factory=dict, repr=False)
    hooks: tuple[str, ...] = ()
    deprecations: tuple[str, ...] = ()
    file: str = ""


def disabled_by_environment() -> frozenset[str]:
    """The plugins that `GANREG_DISABLE` names: entry points or distributions, separated by commas; `*` for all."""
    return frozenset(normalized(name) for name in os.environ.get("GANREG_DISABLE", "").split(",") if name.strip())


def strict_by_environment() -> bool:
    """Whether `GANREG_STRICT` asks for a failing plugin to raise."""
    return os.environ.get("GANREG_STRICT", "") not in ("", "0")


class PluginHost:
    """Loads plugins through pluggy, each separately, and keeps what each offers.

    Warns with a `GanregWarning` about each name in `disabled` that no plugin has, and about each deprecated hook or
    argument that a plugin still uses.

    Args:
        entry_points: the entry points of the plugins.
        disabled: names of entry points or distributions to leave out; `*` leaves out all.
        strict: whether a plugin that fails raises `PluginError` rather than being left out.

    Attributes:
        not_found: the warnings about names in `disabled`, one line each.
    """

    def __init__(
        self, entry_points: Iterable[EntryPoint], *, disabled: frozenset[str] = frozenset(), strict: bool = False
    ) -> None:
        self.manager = pluggy.PluginManager(hooks.PROJECT)
        self.manager.add_hookspecs(hooks)
        self._disabled = frozenset(name if name == "*" else normalized(name) for name in disabled)
        self._strict = strict
        self._offered_by: dict[tuple[str, str, str], str] = {}
        self.plugins = tuple(self._load(point) for point in entry_points)
        self.not_found = tuple(self._not_found())
        for line in self.not_found:
            warnings.warn(line, GanregWarning, stacklevel=2)
        for plugin in self.plugins:
            for text in plugin.deprecations:
                warnings.warn(f"{plugin.distribution}: {text}", GanregWarning, stacklevel=2)

    def add(self, point: EntryPoint) -> Plugin:
        """Loads one more plugin; a single file is not left out even if all other plugins are.

        Raises:
            PluginError: it failed.
        """
        plugin = self._load(point)
        if plugin.status == "failed":
            raise PluginError(f"the plugin {point.file or point.name} failed: {plugin.error}")
        self.plugins = (*self.plugins, plugin)
        for text in plugin.deprecations:
            warnings.warn(f"{plugin.distribution}: {text}", GanregWarning, stacklevel=2)
        return plugin

    def replace(self, plugin: Plugin) -> None:
        """Puts a plugin in the place of the one of the same distribution and name, or adds it."""
        key = (plugin.distribution, plugin.name)
        others = [one for one in self.plugins if (one.distribution, one.name) != key]
        self.plugins = (*others, plugin)

    def _not_found(self) -> Iterator[str]:
        known = {normalized(name) for plugin in self.plugins for name in (plugin.name, plugin.distribution)}
        for name in sorted(self._disabled - known - {"*"}):
            yield f"there is no plugin '{name}' to leave out (GANREG_DISABLE); {did_you_mean(name, known)}"

    def _load(self, point: EntryPoint) -> Plugin:
        names = {normalized(point.name), normalized(point.distribution), "*"}
        if names & self._disabled and not point.file:
            return Plugin(point.name, point.distribution, point.version, "disabled")
        started = time.perf_counter()
        deprecations: list[str] = []
        what = f"plugin '{point.name}' of {point.distribution}"
        try:
            with (
                noting_interrupts() as interrupts,
                named_if_slow(what, f"stop with Ctrl-C, and leave it out with GANREG_DISABLE={point.name}"),
            ):
                offers = self._register(point, deprecations)
        except BaseException as error:  # a plugin may even call sys.exit when imported
            if interrupts.is_real(error):
                raise
            reason = _reason(error)
            if self._strict:
                raise PluginError(f"plugin '{point.name}' of {point.distribution} failed: {reason}") from error
            details = _details(error)
            seconds = time.perf_counter() - started
            return Plugin(
                point.name, point.distribution, point.version, "failed", reason, details, seconds, file=point.file
            )
        return Plugin(
            point.name,
            point.distribution,
            point.version,
            "loaded",
            seconds=time.perf_counter() - started,
            offers=offers,
            hooks=self._hooks_of(point),
            deprecations=tuple(dict.fromkeys(deprecations)),
            file=point.file,
        )

    def _hooks_of(self, point: EntryPoint) -> tuple[str, ...]:
        callers = self.manager.get_hookcallers(self.manager.get_plugin(_key(point))) or ()
        return tuple(sorted(caller.name for caller in callers))

    def _register(self, point: EntryPoint, deprecations: list[str]) -> Mapping[str, tuple[Any, ...]]:
        """Registers a plugin and asks it what it offers; leaves no trace of it if anything is wrong."""
        refuse_incompatible(point.distribution, point.requirements, __version__)
        plugin = point.load()
        key = _key(point)
        try:
            _refuse_unknown_hooks(self.manager, plugin)
            with _deprecations_into(deprecations):
                self.manager.register(plugin, name=key)
            offers = {kind.name: _offered(self.manager, plugin, kind) for kind in KINDS.values()}
            self._refuse_twins(point, offers)
            return offers
        except BaseException:
            if self.manager.has_plugin(key):
                self.manager.unregister(name=key)
            raise

    def _refuse_twins(self, point: EntryPoint, offers: Mapping[str, tuple[Any, ...]]) -> None:
        """Refuses two components of one name and distribution, which no qualified name could distinguish."""
        claims = {(normalized(point.distribution), kind, item.name) for kind, items in offers.items() for item in items}
        for claim in sorted(claims & self._offered_by.keys()):
            _, kind, name = claim
            owner = self._offered_by[claim]
            raise PluginError(f"{kind} '{name}' is offered by plugin '{owner}' of the same distribution too")
        self._offered_by |= dict.fromkeys(claims, point.name)


def _key(point: EntryPoint) -> str:
    return f"{point.distribution}:{point.name}"


@contextmanager
def _deprecations_into(texts: list[str]) -> Iterator[None]:
    """Keeps pluggy's warnings about deprecated hooks and arguments, which name a line of code but no plugin."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    texts += [str(warning.message) for warning in caught]


def _reason(error: BaseException) -> str:
    if isinstance(error, pluggy.PluginValidationError):
        lines = [line.strip() for line in str(error).splitlines()[1:] if line.strip()]
        return "; ".join(lines) or str(error)
    return text_of(error) if isinstance(error, PluginError) else described(error)


def _details(error: BaseException) -> str:
    """The traceback of an error, whose text may be long or fail."""
    try:
        text = "".join(traceback.format_exception(error))
    except Exception:  # noqa: BLE001 - such as a class of errors that cannot be shown
        text = f"{described(error)}\n"
    return text if len(text) <= _LONGEST_DETAILS else f"{text[:_LONGEST_DETAILS]}...\n"


def _refuse_unknown_hooks(manager: pluggy.PluginManager, plugin: ModuleType | object) -> None:
    known = sorted(name for name in vars(hooks) if name.startswith("ganreg_"))
    for name in dir(plugin):
        options = manager.parse_hookimpl_opts(plugin, name)
        if options is None and name in known:
            raise PluginError(f"'{name}' has the name of a hook, but is not marked with @ganreg.hookimpl")
        if options is not None and (options.get("specname") or name) not in known:
            unknown = options.get("specname") or name
            raise PluginError(f"there is no hook '{unknown}'; {did_you_mean(unknown, known)}")


def _offered(manager: pluggy.PluginManager, plugin: object, kind: Kind) -> tuple[Any, ...]:
    """Calls one plugin's own implementation of a component hook, and checks what it returns."""
    offered: list[Any] = []
    expected = f"{kind.record.__name__}"
    for implementation in implementations_of(manager, kind.hook):
        if implementation.plugin is plugin:
            returned = implementation.function()
            if isinstance(returned, (str, kind.record)) or not isinstance(returned, Iterable):
                raise PluginError(f"{kind.hook} must return a list of {expected}, got {returned!r}")
            offered.extend(returned)
    seen: set[str] = set()
    for item in offered:
        if not isinstance(item, kind.record):
            raise PluginError(f"{kind.hook} must return {expected} objects, got {item!r}")
        if item.name in seen:
            raise PluginError(f"{kind.hook} offers '{item.name}' twice")
        seen.add(item.name)
    return tuple(offered)


def implementations_of(manager: pluggy.PluginManager, hook: str) -> list[pluggy.HookImpl]:
    """Each plugin's own implementation of a hook, so that each can be called, and can fail, by itself."""
    found: list[pluggy.HookImpl] = getattr(manager.hook, hook).get_hookimpls()
    return found
