"""Loading plugins, including broken, deprecated and disabled ones."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from ganreg import Component, GanregWarning, PluginError, Recipe, SpecError, hookimpl
from ganreg.contract.kinds import KINDS
from ganreg.plugins import blame, hooks
from ganreg.plugins.host import disabled_by_environment, strict_by_environment
from ganreg.plugins.installed import EntryPoint


def failing_load(error):
    def load():
        raise error

    return load


def halfway():
    yield Component("first", "acme:First")
    raise RuntimeError("the index is gone")


def with_wrong_argument(sample_rate):
    return []


class MuteError(Exception):
    def __str__(self):
        raise RuntimeError("in str")


def exits():
    sys.exit(3)


BROKEN = {
    "import error": ({"load": failing_load(ImportError("no module named 'acme'"))}, "ImportError: no module named"),
    "syntax error": ({"load": failing_load(SyntaxError("bad"))}, "SyntaxError: bad"),
    "interrupt at import": ({"load": failing_load(KeyboardInterrupt("now"))}, "KeyboardInterrupt: now"),
    "end of a generator": ({"load": failing_load(GeneratorExit())}, "GeneratorExit"),
    "error without text": ({"load": failing_load(MuteError())}, "MuteError: its text cannot be shown"),
    "sys.exit at import": ({"load": failing_load(SystemExit(3))}, "SystemExit: 3"),
    "misspelt hook": ({"ganreg_loses": []}, "there is no hook 'ganreg_loses'; did you mean 'ganreg_losses'"),
    "wrong argument": ({"ganreg_losses": with_wrong_argument}, "sample_rate"),
    "returns None": ({"ganreg_losses": lambda: None}, "ganreg_losses must return a list of Component, got None"),
    "returns one": ({"ganreg_losses": Component("a", "b:C")}, "must return a list of Component, got Component"),
    "returns text": ({"ganreg_losses": "hinge"}, "must return a list of Component, got 'hinge'"),
    "no Component": ({"ganreg_losses": ["hinge"]}, "must return Component objects, got 'hinge'"),
    "Recipe as loss": ({"ganreg_losses": [Recipe()]}, "must return Component objects, got Recipe"),
    "Component as recipe": ({"ganreg_recipes": [Component("a", "b:C")]}, "must return Recipe objects, got Component"),
    "raises halfway": ({"ganreg_losses": halfway}, "RuntimeError: the index is gone"),
    "exits in a hook": ({"ganreg_losses": exits}, "SystemExit: 3"),
    "claims twice": (
        {"ganreg_losses": [Component("a", "b:C"), Component("a", "b:D")]},
        "ganreg_losses offers 'a' twice",
    ),
    "bad name": ({"ganreg_losses": lambda: [Component("A b", "b:C")]}, "SpecError: a component's name must be kebab"),
}


@pytest.fixture(params=BROKEN)
def broken(request):
    return BROKEN[request.param]


def test_a_broken_plugin_affects_only_itself(broken, point, make_registry, hinge):
    hooks, reason = broken
    registry = make_registry(
        point("a-good", ganreg_losses=[hinge]),
        point("acme-gan", ganreg_metrics=[Component("lost", "acme:Lost")], **hooks),
        point("z-good", ganreg_losses=[Component("last", "z:Last")]),
    )

    assert [plugin.status for plugin in registry.plugins] == ["loaded", "failed", "loaded"]
    assert registry.names("loss") == ["hinge", "last"]
    assert registry.names("metric") == []  # it is left out whole
    failed = registry.plugins[1]
    assert (failed.distribution, failed.offers) == ("acme-gan", {})
    assert reason in failed.error
    assert "\n" not in failed.error
    assert "Traceback" in failed.details


def test_a_broken_plugin_is_unknown_to_pluggy(broken, point, make_registry):
    registry = make_registry(point("acme-gan", **broken[0]))

    assert registry.host.manager.get_plugins() == set()


def test_strict_raises_the_error(broken, point, make_registry):
    hooks, reason = broken

    with pytest.raises(PluginError, match="plugin 'acme-gan' of acme-gan failed: ") as raised:
        make_registry(point("acme-gan", **hooks), strict=True)
    assert reason in str(raised.value)


def test_ctrl_c_during_an_import_is_raised(point, make_registry):
    def interrupted():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        make_registry(point("acme-gan", load=interrupted))


def test_a_long_error_is_kept_in_part(point, make_registry):
    registry = make_registry(point("acme-gan", load=failing_load(ValueError("x" * 10_000_000))))

    (plugin,) = registry.plugins
    assert len(plugin.error) < 400
    assert len(plugin.details) < 30_000


def test_what_hangs_is_named(point, make_registry, monkeypatch, capsys):
    monkeypatch.setattr(blame, "SLOW", 0.05)
    make_registry(point("acme-gan", load=lambda: time.sleep(0.3)))

    said = capsys.readouterr().err
    assert "plugin 'acme-gan' of acme-gan has not answered for" in said
    assert "GANREG_DISABLE=acme-gan" in said


def test_an_unmarked_hook_is_an_error(make_registry):
    class Forgetful:
        @staticmethod
        def ganreg_losses():
            return []

    (plugin,) = make_registry(EntryPoint("acme", "acme-gan", "1.0", Forgetful)).plugins

    assert "'ganreg_losses' has the name of a hook, but is not marked with @ganreg.hookimpl" in plugin.error


def test_one_module_behind_two_entry_points_fails_once(point, make_registry, hinge):
    first = point("acme-gan", name="a", ganreg_losses=[hinge])
    registry = make_registry(first, EntryPoint("b", "acme-gan", "1.0", first.load))

    assert [plugin.status for plugin in registry.plugins] == ["loaded", "failed"]
    assert registry.names("loss") == ["hinge"]


def test_two_plugins_of_one_distribution_cannot_share_a_name(point, make_registry, hinge):
    registry = make_registry(
        point("acme-gan", name="a", ganreg_losses=[hinge]),
        point("Acme_GAN", name="b", ganreg_losses=[hinge]),
    )

    assert registry.plugins[1].error == "loss 'hinge' is offered by plugin 'a' of the same distribution too"
    assert registry.names("loss") == ["hinge"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_component_hook_offers_its_kind(kind, point, make_registry):
    offered = Recipe(name="thing") if kind == "recipe" else Component("thing", "acme:Thing")

    registry = make_registry(point("acme-gan", **{KINDS[kind].hook: [offered]}))

    assert registry.names(kind) == ["thing"]
    assert registry.find(kind, "thing").component is offered


def test_a_hook_may_be_a_generator_or_have_another_name(make_registry):
    class Plugin:
        @hookimpl(specname="ganreg_losses")
        def our_losses(self):
            yield Component("soft", "acme:Soft")

    registry = make_registry(EntryPoint("acme", "acme-gan", "1.0", Plugin))

    assert registry.names("loss") == ["soft"]


def test_a_loaded_plugin_has_its_loading_time(point, make_registry, hinge):
    (plugin,) = make_registry(point("acme-gan", version="2.1", ganreg_losses=[hinge])).plugins

    assert (plugin.status, plugin.version, plugin.error) == ("loaded", "2.1", "")
    assert 0 < plugin.seconds < 1


def test_a_failed_plugin_has_its_loading_time(point, make_registry):
    (plugin,) = make_registry(point("acme-gan", load=failing_load(ImportError("no")))).plugins

    assert 0 < plugin.seconds < 1


def test_a_plugin_lists_its_hooks(point, make_registry, hinge):
    hooks = {"ganreg_losses": [hinge], "ganreg_callbacks": lambda run: []}

    (plugin,) = make_registry(point("acme-gan", **hooks)).plugins

    assert plugin.hooks == ("ganreg_callbacks", "ganreg_losses")


def nothing():
    return ()


@pytest.fixture
def deprecated(monkeypatch):
    """Deprecates a hook, and an argument of another hook; returns the text of each warning."""
    of_hook, of_argument = "'ganreg_scores' goes in ganreg 9", "the argument 'folder' goes in ganreg 9"

    @hooks.hookspec(warn_on_impl=DeprecationWarning(of_hook))
    def ganreg_scores():
        """Was here before."""

    @hooks.hookspec(warn_on_impl_args={"folder": DeprecationWarning(of_argument)})
    def ganreg_callbacks(run, folder):
        """Takes one argument less."""

    monkeypatch.setattr(hooks, "ganreg_scores", ganreg_scores, raising=False)
    monkeypatch.setattr(hooks, "ganreg_callbacks", ganreg_callbacks)
    return of_hook, of_argument


def test_deprecated_hooks_and_arguments_work_with_a_warning(deprecated, point, make_registry, hinge):
    hooks = {"ganreg_scores": nothing, "ganreg_callbacks": lambda run, folder: [], "ganreg_losses": [hinge]}
    with pytest.warns(GanregWarning) as caught:
        registry = make_registry(point("acme-gan", **hooks))

    assert [str(warning.message) for warning in caught] == [f"acme-gan: {text}" for text in reversed(deprecated)]
    (plugin,) = registry.plugins
    assert plugin.status == "loaded"
    assert set(plugin.deprecations) == set(deprecated)
    assert registry.names("loss") == ["hinge"]


def test_unused_deprecations_are_not_reported(deprecated, point, make_registry):
    (plugin,) = make_registry(point("acme-gan", ganreg_callbacks=lambda run: [])).plugins

    assert plugin.deprecations == ()


@pytest.mark.parametrize("disabled", ["acme", "acme-gan", "ACME_gan", "acme.gan", "*"])
def test_disabled_plugins_are_not_imported(disabled, point, make_registry):
    load = failing_load(AssertionError("imported"))

    (plugin,) = make_registry(point("acme-gan", name="acme", load=load), disabled=frozenset({disabled})).plugins

    assert plugin.status == "disabled"
    assert plugin.error == ""


def test_disabling_one_plugin_keeps_the_others(point, make_registry, hinge):
    points = (point("acme-gan", ganreg_losses=[hinge]), point("other", ganreg_losses=[Component("b", "o:B")]))

    assert make_registry(*points, disabled=frozenset({"other"})).names("loss") == ["hinge"]


def test_disabling_an_unknown_plugin_is_a_warning(point, make_registry, hinge):
    points = (point("acme-gan", name="acme", ganreg_losses=[hinge]), point("other"))

    with pytest.warns(GanregWarning, match=r"no plugin 'acme-gann' .*GANREG_DISABLE.*did you mean 'acme-gan'"):
        registry = make_registry(*points, disabled=frozenset({"acme_gann", "other", "*"}))

    assert [plugin.status for plugin in registry.plugins] == ["disabled", "disabled"]
    assert len(registry.host.not_found) == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", set()), ("acme", {"acme"}), (" Acme_GAN , other,", {"acme-gan", "other"}), ("*", {"*"})],
)
def test_ganreg_disable(monkeypatch, value, expected):
    monkeypatch.setenv("GANREG_DISABLE", value)

    assert disabled_by_environment() == expected


@pytest.mark.parametrize(("value", "expected"), [("", False), ("0", False), ("1", True)])
def test_ganreg_strict(monkeypatch, value, expected):
    monkeypatch.setenv("GANREG_STRICT", value)

    assert strict_by_environment() is expected


def test_a_spec_error_while_a_plugin_is_imported_names_the_reason(make_registry):
    def load():
        raise SpecError("bad recipe")

    (plugin,) = make_registry(EntryPoint("acme", "acme-gan", "1.0", load)).plugins

    assert plugin.error == "SpecError: bad recipe"
