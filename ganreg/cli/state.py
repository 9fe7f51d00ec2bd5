"""What the commands of one call share."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path

import attrs

from ganreg.cli.streams import answers_only, echo
from ganreg.errors import GanregWarning
from ganreg.plugins.registry import Registry
from ganreg.plugins.registry import registry as installed_registry


def warn(message: str) -> None:
    """Write one warning line to stderr."""
    echo(f"Warning: {message}", err=True)


@attrs.define
class State:
    """The options of the `ganreg` group, and the registry; a command gets it with `@click.pass_obj`.

    Attributes:
        make_registry: makes the registry when it is first needed.
        debug: whether to show the traceback of an error.
    """

    make_registry: Callable[[], Registry] = installed_registry
    debug: bool = False
    _registry: Registry | None = attrs.field(default=None, init=False)

    @property
    def registry(self) -> Registry:
        """The registry, made on first use.

        Raises:
            PluginError: a plugin failed, and `GANREG_STRICT` is set.
        """
        if self._registry is None:
            # The warnings are written as lines below.
            with warnings.catch_warnings(), answers_only():
                warnings.simplefilter("ignore", GanregWarning)
                self._registry = self.make_registry()
        return self._registry

    def load_file(self, path: Path) -> None:
        """Load a single Python file as a plugin, in this process and in those that it starts.

        Raises:
            SpecError: there is no such file.
            PluginError: the file fails, or offers nothing.
        """
        from ganreg.plugins.files import load_plugin
        from ganreg.plugins.single_files import name_in_environment

        known = self.registry
        with answers_only():
            plugin = load_plugin(path, known)
        name_in_environment(plugin.file)

    def leave_out_plugins(self) -> None:
        """Disable all plugins, in this process and in those that it starts."""
        os.environ["GANREG_DISABLE"] = "*"

    def warn_of_names(self) -> None:
        """Write a line to stderr for each plugin that was to be disabled but is not installed."""
        for line in self.registry.host.not_found:
            warn(line)

    def warn_of_plugins(self) -> None:
        """Write to stderr which plugins failed to load, and each use of something deprecated."""
        self.warn_of_names()
        for plugin in self.registry.plugins:
            for text in plugin.deprecations:
                warn(f"{plugin.distribution}: {text}")
        failed = sorted({plugin.distribution for plugin in self.registry.plugins if plugin.status == "failed"})
        if failed:
            what = "a plugin" if len(failed) == 1 else "plugins"
            warn(f"{what} of {', '.join(failed)} failed to load; run `ganreg plugins` to see why")
