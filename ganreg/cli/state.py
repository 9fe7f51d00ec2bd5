"""What the commands of one call share."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout

import attrs
import click

from ganreg.errors import GanregWarning
from ganreg.plugins.registry import Registry
from ganreg.plugins.registry import registry as installed_registry


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
            # Warnings come as lines below, and stdout is for the answer, whatever a plugin prints when imported.
            with warnings.catch_warnings(), redirect_stdout(sys.stderr):
                warnings.simplefilter("ignore", GanregWarning)
                self._registry = self.make_registry()
        return self._registry

    def leave_out_plugins(self) -> None:
        """Does without any plugin, in this process and in those that it starts."""
        os.environ["GANREG_DISABLE"] = "*"

    def warn_of_names(self) -> None:
        """Writes a line to stderr for each plugin that was to be left out and is not there."""
        for line in self.registry.host.not_found:
            warn(line)

    def warn_of_plugins(self) -> None:
        """Writes a line to stderr where plugins failed to load: whose, and where to read why; and one a deprecation."""
        self.warn_of_names()
        for plugin in self.registry.plugins:
            for text in plugin.deprecations:
                warn(f"{plugin.distribution}: {text}")
        failed = sorted({plugin.distribution for plugin in self.registry.plugins if plugin.status == "failed"})
        if failed:
            what, verb = ("a plugin", "is") if len(failed) == 1 else ("plugins", "are")
            warn(f"{what} of {', '.join(failed)} failed to load and {verb} left out; `ganreg plugins` says why")
