"""Looking up components: suggestions, clashes, qualified names and loading."""

from __future__ import annotations

import copy
import pickle
import sys
import types

import attrs
import pytest
from attrs import validators

import ganreg
from ganreg import (
    AmbiguousComponentError,
    Component,
    Loss,
    PluginError,
    Recipe,
    Spec,
    SpecError,
    UnknownComponentError,
    parameter,
)
from ganreg.plugins.registry import Registry, build_registry


@attrs.frozen(kw_only=True)
class Hinge(Loss):
    """A margin."""

    margin: float = parameter(1.0, "how far", validators.gt(0))


@attrs.frozen(kw_only=True)
class OtherHinge(Loss):
    """Another margin."""


@pytest.fixture
def module(monkeypatch):
    """An importable module that holds the implementations."""
    module = types.ModuleType("made_in_memory")
    module.Hinge = Hinge
    module.NotALoss = int
    monkeypatch.setitem(sys.modules, "made_in_memory", module)
    return module


@pytest.fixture
def one(point, make_registry, hinge, module):
    return make_registry(point("acme-gan", ganreg_losses=[hinge], ganreg_recipes=[Recipe(name="demo")]))


@pytest.fixture
def clash(point, make_registry, hinge, module):
    return make_registry(
        point("acme-gan", ganreg_losses=[hinge]),
        point("other-gan", ganreg_losses=[Component("hinge", OtherHinge), Component("own", OtherHinge)]),
    )


def test_an_entry_describes_its_component(one):
    entry = one.find("loss", "hinge")

    assert (entry.kind, entry.name, entry.qualified_name) == ("loss", "hinge", "acme-gan/hinge")
    assert (entry.summary, entry.paper) == ("a margin", "arXiv:1705.02894")


def test_entries_are_sorted_by_kind_and_name(point, make_registry):
    components = [Component(name, "a:B") for name in ("b", "a")]
    registry = make_registry(point("acme-gan", ganreg_metrics=components, ganreg_generators=components))

    entries = [(entry.kind, entry.name) for entry in registry.entries()]

    assert entries == [("generator", "a"), ("generator", "b"), ("metric", "a"), ("metric", "b")]
    assert [entry.name for entry in registry.entries("metric")] == ["a", "b"]


@pytest.mark.parametrize("name", ["hinge", "acme-gan/hinge", "Acme_GAN/hinge"])
def test_find_accepts_bare_and_qualified_names(one, name):
    assert one.find("loss", name).name == "hinge"


@pytest.mark.parametrize("ask", [Registry.names, Registry.entries, lambda registry, kind: registry.find(kind, "x")])
def test_an_unknown_kind_suggests_a_similar_one(one, ask):
    with pytest.raises(UnknownComponentError, match="there is no kind 'los'; did you mean 'loss'"):
        ask(one, "los")


def test_an_unknown_name_suggests_a_similar_one_and_lists_the_sources(one):
    message = r"unknown loss 'hing'; did you mean 'hinge'\? \(losses come from acme-gan\)"

    with pytest.raises(UnknownComponentError, match=message) as raised:
        one.find("loss", "hing")
    assert raised.value.known == ("hinge",)


def test_an_unknown_name_of_a_kind_without_components(one):
    message = r"unknown metric 'fid'; there are none \(no installed plugin offers a metric\)"

    with pytest.raises(UnknownComponentError, match=message):
        one.find("metric", "fid")


def test_an_unknown_name_lists_plugins_that_failed(point, make_registry, hinge):
    registry = make_registry(point("acme-gan", ganreg_losses=[hinge]), point("bad-gan", ganreg_loses=[]))

    with pytest.raises(UnknownComponentError, match=r"losses come from acme-gan; failed to load: bad-gan"):
        registry.find("loss", "soft")


@pytest.mark.parametrize("name", ["nobody/hinge", "acme-gan/", ""])
def test_an_unknown_qualified_name(one, name):
    with pytest.raises(UnknownComponentError, match="unknown loss"):
        one.find("loss", name)


def test_clashing_components_keep_their_qualified_names(clash):
    assert clash.names("loss") == ["acme-gan/hinge", "other-gan/hinge", "own"]
    assert isinstance(clash.create("loss", "acme-gan/hinge:margin=2"), Hinge)
    assert isinstance(clash.create("loss", "other-gan/hinge"), OtherHinge)


@pytest.mark.parametrize("ask", [Registry.find, Registry.implementation, Registry.create])
def test_an_ambiguous_name_is_an_error_that_names_both(clash, ask):
    message = "loss 'hinge' is offered by more than one .*; use 'acme-gan/hinge' or 'other-gan/hinge'"

    with pytest.raises(AmbiguousComponentError, match=message):
        ask(clash, "loss", "hinge")


def test_create_accepts_text_specs_and_keywords(one):
    assert one.create("loss", "hinge") == Hinge()
    assert one.create("loss", "hinge:margin=2") == Hinge(margin=2.0)
    assert one.create("loss", Spec("hinge", {"margin": 2})) == Hinge(margin=2.0)
    assert one.create("loss", "hinge:margin=2", margin=3) == Hinge(margin=3.0)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("hinge:margn=2", "loss 'hinge' has no parameter 'margn'; did you mean 'margin'"),
        ("hinge:margin=wide", "loss 'hinge': parameter 'margin': expected a number, got 'wide'"),
        ("hinge:margin=0", "loss 'hinge': 'margin' must be > 0"),
    ],
)
def test_create_describes_an_invalid_hyperparameter(one, spec, message):
    with pytest.raises(SpecError, match=message):
        one.create("loss", spec)


def failing_component(monkeypatch, how):
    if how == "exits":
        monkeypatch.setattr("importlib.import_module", lambda name: sys.exit(3))
    return {
        "no module": ("no_such_module:Hinge", "ModuleNotFoundError: No module named 'no_such_module'"),
        "no class": ("made_in_memory:Missing", "AttributeError: .* has no attribute 'Missing'"),
        "no subclass": ("made_in_memory:NotALoss", r"<class 'int'> is not a subclass of ganreg\.Loss"),
        "no module name": (":Hinge", "ValueError: Empty module name"),
        "exits": ("made_in_memory:Hinge", "SystemExit: 3"),
    }[how]


@pytest.mark.usefixtures("module")
@pytest.mark.parametrize("how", ["no module", "no class", "no subclass", "no module name", "exits"])
def test_a_broken_implementation_fails_only_when_it_is_needed(how, point, make_registry, monkeypatch):
    implementation, reason = failing_component(monkeypatch, how)
    registry = make_registry(point("acme-gan", ganreg_losses=[Component("lost", implementation)]))

    assert registry.names("loss") == ["lost"]
    with pytest.raises(PluginError, match=f"^loss 'lost' of acme-gan cannot be loaded: {reason}"):
        registry.implementation("loss", "lost")


def test_a_recipe_has_no_implementation(one):
    assert one.recipe("demo").name == "demo"
    with pytest.raises(SpecError, match="a recipe has no implementation class; 'demo' names a combination"):
        one.implementation("recipe", "demo")


class Encoding(ganreg.Game):
    """A game with an encoder."""

    roles = {"generator": "generator", "discriminator": "discriminator", "encoder": "translator"}  # noqa: RUF012


class Turning(ganreg.Game):
    """A game of translators."""

    roles = {"generator": "translator", "discriminator": "discriminator"}  # noqa: RUF012


@pytest.fixture
def games(point, make_registry):
    broken = Component("broken", "no_such_module:Game")
    return make_registry(
        point(
            "acme-gan",
            ganreg_games=[Component("turning", Turning), Component("encoding", Encoding), broken],
            ganreg_translators=[Component("both", "acme:Both"), Component("turner", "acme:Turner")],
            ganreg_generators=[Component("both", "acme:Both"), Component("maker", "acme:Maker")],
        ),
    )


@pytest.mark.parametrize("game", ["turning", "turning:x=1", Spec("acme-gan/turning"), Turning()])
def test_the_class_and_the_roles_of_a_game(games, game):
    assert games.game_class(game) is Turning
    assert games.roles(game) == {"generator": "translator", "discriminator": "discriminator"}


@pytest.mark.parametrize("game", [None, "none"])
def test_the_usual_game_needs_no_plugin(make_registry, game):
    assert make_registry().game_class(game) is ganreg.Game


def test_games_are_found_by_their_roles(games):
    assert games.games_with("encoder") == ["encoding"]
    assert games.games_with("generator") == ["encoding", "turning"]
    assert games.games_with("generator", "translator") == ["turning"]
    assert games.games_with("decoder") == []


def test_the_kinds_that_have_a_name(games):
    assert games.kinds_with("both") == ["generator", "translator"]
    assert games.kinds_with("acme-gan/turner") == ["translator"]
    assert games.kinds_with("other-gan/turner") == games.kinds_with("turn") == []


@pytest.mark.parametrize("name", ["maker", "acme-gan/maker"])
def test_a_component_of_another_kind_is_recognised(games, name):
    message = (
        rf"^'{name}' is a generator, but a translator is needed in its place; choose from both, turner "
        r"\(see `ganreg list translator`\)$"
    )
    with pytest.raises(UnknownComponentError, match=message):
        games.create("translator", name)
    with pytest.raises(UnknownComponentError, match="but a loss is needed in its place; no installed plugin offers"):
        games.create("loss", name)


def test_entry_of_finds_the_entry_of_an_implementation(clash):
    assert clash.entry_of(Hinge()).qualified_name == "acme-gan/hinge"
    assert clash.entry_of(OtherHinge()).plugin.distribution == "other-gan"
    assert clash.entry_of(Loss()) is None


def test_a_thousand_components_are_found_quickly(point, make_registry):
    many = [Component(f"loss-{number}", "acme:Loss") for number in range(1000)]

    registry = make_registry(point("acme-gan", ganreg_losses=many))

    assert len(registry.names("loss")) == 1000


def test_build_registry_reads_the_environment(monkeypatch, point, hinge):
    points = [point("acme-gan", ganreg_losses=[hinge]), point("bad-gan", ganreg_loses=[])]
    monkeypatch.setenv("GANREG_DISABLE", "bad-gan")
    monkeypatch.setenv("GANREG_STRICT", "1")

    assert build_registry(points).names("loss") == ["hinge"]
    monkeypatch.setenv("GANREG_DISABLE", "")
    with pytest.raises(PluginError, match="plugin 'bad-gan' of bad-gan failed"):
        build_registry(points)


def test_the_registry_of_installed_plugins_is_built_once():
    assert ganreg.registry() is ganreg.registry()


def test_disabled_plugins_are_the_reason_for_missing_components(point, make_registry, hinge):
    registry = make_registry(point("acme-gan", ganreg_losses=[hinge]), disabled=frozenset({"*"}))

    with pytest.raises(ganreg.UnknownComponentError, match="all plugins are switched off, by --no-plugins or GANREG"):
        registry.find("loss", "hinge")
    assert make_registry().why_without() == "no installed plugin offers a component"


def test_the_default_is_the_one_that_declares_it(point, make_registry):
    offered = [Component("plain", "acme:Plain"), Component("usual", "acme:Usual", default=True)]
    registry = make_registry(point("acme-gan", ganreg_losses=offered))
    assert registry.default("loss").name == "usual"
    assert registry.default("generator") is None


def test_two_defaults_are_never_chosen_between(point, make_registry):
    offered = [Component("usual", "acme:Usual", default=True)]
    registry = make_registry(point("acme-gan", ganreg_losses=offered), point("other-gan", ganreg_losses=offered))
    with pytest.raises(
        AmbiguousComponentError,
        match="more than one loss is declared the default: 'acme-gan/usual' and 'other-gan/usual'",
    ):
        registry.default("loss")


def test_a_registry_is_itself_when_copied_and_that_of_the_process_when_pickled(make_registry):
    own = make_registry()

    assert copy.deepcopy([own])[0] is own
    assert pickle.loads(pickle.dumps(ganreg.registry())) is ganreg.registry()  # noqa: S301
