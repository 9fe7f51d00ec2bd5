"""Plugins made in memory, for registries of the tests' own."""

from __future__ import annotations

import types

import pytest

from ganreg import Component, hookimpl
from ganreg.installed import EntryPoint
from ganreg.registry import build_registry


def make_plugin(**hooks):
    """A module whose hooks return what is given, or are the given functions."""
    plugin = types.ModuleType("made_in_memory")
    for name, offered in hooks.items():
        setattr(plugin, name, hookimpl(offered if callable(offered) else _returning(offered)))
    return plugin


def _returning(value):
    def hook():
        return value

    return hook


@pytest.fixture
def point():
    """Makes an entry point: `point("acme-gan", ganreg_losses=[...])`, or with `load=` of its own."""

    def make(distribution, *, name=None, version="1.0", load=None, **hooks):
        plugin = make_plugin(**hooks)
        return EntryPoint(name or distribution, distribution, version, load or (lambda: plugin))

    return make


@pytest.fixture
def hinge():
    return Component("hinge", "made_in_memory:Hinge", "a margin", paper="arXiv:1705.02894")


@pytest.fixture
def make_registry():
    """Makes a registry of the given entry points, untouched by the environment."""

    def make(*points, disabled=frozenset(), strict=False):
        return build_registry(points, disabled=disabled, strict=strict)

    return make
