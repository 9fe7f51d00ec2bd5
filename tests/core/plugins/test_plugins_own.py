"""Registering while a program runs: names, kinds, conflicts, and use by name."""

import attrs
import cloudpickle
import keras
import numpy as np
import pytest

import ganreg
from ganreg.plugins import own
from ganreg.plugins.registry import build_registry


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """A registry of the test's own, which holds the installed plugins."""
    fresh = build_registry()
    monkeypatch.setattr(own, "registry", lambda: fresh)
    return fresh


@attrs.frozen(kw_only=True)
class GANLossV2(ganreg.Loss):
    """Squares.

    More.
    """

    target: float = ganreg.parameter(1.0, "the target")


def test_a_class_is_named_and_described_by_itself(registry):
    assert ganreg.register(GANLossV2) is GANLossV2
    entry = registry.find("loss", "gan-loss-v2")
    assert (entry.qualified_name, entry.summary) == ("registered/gan-loss-v2", "Squares.")
    assert registry.create("loss", "gan-loss-v2:target=3") == GANLossV2(target=3.0)


def test_the_decorator_and_its_options(registry):
    @ganreg.register(name="mine", summary="one line", paper="arXiv:1")
    @attrs.frozen(kw_only=True)
    class Own(ganreg.Loss):
        pass

    entry = registry.find("loss", "mine")
    assert (entry.summary, entry.paper, registry.implementation("loss", "mine")) == ("one line", "arXiv:1", Own)


def test_a_name_that_a_distribution_has_is_qualified(registry):
    ganreg.register(GANLossV2, name="hinge")
    with pytest.raises(ganreg.AmbiguousComponentError, match="use 'ganreg-losses/hinge' or 'registered/hinge'"):
        registry.find("loss", "hinge")
    assert registry.implementation("loss", "registered/hinge") is GANLossV2
    assert "registered/hinge" in registry.names("loss")


def test_registering_again_replaces(registry):
    ganreg.register(GANLossV2, name="mine", summary="first")
    ganreg.register(GANLossV2, name="mine", summary="second")
    assert registry.find("loss", "mine").summary == "second"


def test_models_functions_records_and_recipes(registry):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)], name="my_model")
    ganreg.register(model, kind="generator")
    ganreg.register((lambda real, fake: fake, lambda fake: fake), name="pair")
    ganreg.register(ganreg.penalty(player="generator", every=3)(lambda step: 0.0), name="light")
    ganreg.register(lambda: model, kind="discriminator", name="built")
    ganreg.register(ganreg.Component("record", GANLossV2))
    ganreg.register(ganreg.Recipe(name="whole", loss="pair"))
    named = {(entry.kind, entry.name) for entry in registry.entries() if entry.plugin.distribution == "registered"}
    assert named == {
        ("generator", "my-model"), ("loss", "pair"), ("regularizer", "light"), ("discriminator", "built"),
        ("loss", "record"), ("recipe", "whole"),
    }  # fmt: skip
    assert registry.create("regularizer", "light").every == 3


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        (GANLossV2, {"kind": "generator"}, "GANLossV2 is a loss, not of the kind 'generator'"),
        (GANLossV2, {"kind": "los"}, "there is no kind 'los' of component; did you mean 'loss'"),
        (GANLossV2, {"name": "My Loss"}, "must be kebab-case"),
        (lambda: None, {}, "a function can be of several kinds; pass kind='generator', .* or 'regularizer'"),
        (ganreg.Component("x", "a:B"), {}, "the component 'x' does not say of which kind it is"),
    ],
)
def test_what_does_not_say_what_it_is_is_refused(given, options, message):
    with pytest.raises(ganreg.SpecError, match=message):
        ganreg.register(given, **options)


def test_objects_among_names_are_registered(registry):
    assert own.names_of("loss", ["hinge", (lambda real, fake: fake, lambda fake: fake)]) == ["hinge", "lambda"]
    assert registry.find("loss", "lambda").plugin.distribution == "registered"


def test_what_is_registered_can_be_sent_to_another_process(registry):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    ganreg.register(model, kind="generator", name="sent")
    ganreg.register(GANLossV2)
    records = cloudpickle.loads(cloudpickle.dumps(own.registered()))
    own.register_again(records)
    data = ganreg.DataSpec((2,))
    built = registry.create("generator", "sent:latent_dim=4").settled(data).build(data)
    assert np.asarray(built(np.ones((1, 4)))).shape == (1, 2)
    assert registry.create("loss", "gan-loss-v2:target=2").target == 2.0
