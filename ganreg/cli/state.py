"""What the commands of one call share."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import click

from ganreg.registry import Registry
from ganreg.registry import registry as installed_registry


def warn(message: str) -> None:
    """Writes one warning line to stderr."""
    click.echo(f"Warning: {message}", err=True)


@attrs.define
class State:
    """The options of the `ganreg` group, and the registry; a command gets it with `@click.pass_obj`.

    Attributes:
        make_registry: gives the registry when it is first needed.
        debug: whether an error shows its traceback.
    """

    make_registry: Callable[[], Registry] = installed_registry
    debug: bool = False
    _registry: Registry | None = attrs.field(default=None, init=False)

    @property
    def registry(self) -> Registry:
        """The registry, made when first asked for.

        Raises:
            PluginError: a plugin failed, and `GANREG_STRICT` is set.
        """
        if self._registry is None:
            self._registry = self.make_registry()
        return self._registry

    def warn_of_failed_plugins(self) -> None:
        """Writes one line to stderr where plugins failed to load: whose, and where to read why."""
        failed = sorted({plugin.distribution for plugin in self.registry.plugins if plugin.status == "failed"})
        if failed:
            what, verb = ("a plugin", "is") if len(failed) == 1 else ("plugins", "are")
            warn(f"{what} of {', '.join(failed)} failed to load and {verb} left out; `ganreg plugins` says why")
