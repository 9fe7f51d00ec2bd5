"""The subject of checks, however a component is given."""

import pytest
from faulty_gan.described import Clipped, RefusesItsDefault

import ganreg
from ganreg import AmbiguousComponentError, Component, PluginError, Recipe, SpecError, UnknownComponentError
from ganreg.testing.failures import NotApplicableError
from ganreg.testing.subject import Subject, subject_of


@pytest.mark.parametrize(
    "component",
    [
        ("loss", "hinge"),
        (("loss", "ganreg-losses/hinge"),),
        (ganreg.registry().find("loss", "hinge"),),
        (ganreg.registry().find("loss", "hinge").component,),
        (ganreg.create("loss", "hinge"),),
        (type(ganreg.create("loss", "hinge")),),
    ],
    ids=["kind and name", "pair", "entry", "record", "instance", "class"],
)
def test_a_component_can_be_given_in_several_ways(component):
    subject = subject_of(*component)

    assert (subject.kind, subject.name) == ("loss", "hinge")
    assert subject.record.summary
    assert subject.entry.plugin.distribution == "ganreg-losses"
    assert subject.instance == ganreg.create("loss", "hinge")


def test_a_spec_configures_it():
    subject = subject_of("regularizer", "wgan-gp:weight=5")

    assert subject.instance.weight == 5.0
    assert subject.name == "wgan-gp:weight=5"


def test_a_name_of_one_kind_needs_no_kind():
    assert subject_of("lecam").kind == "regularizer"


@pytest.mark.parametrize(
    ("component", "error", "message"),
    [
        (("loss", "hing"), UnknownComponentError, "did you mean 'hinge'"),
        (("hing",), UnknownComponentError, "there is no component 'hing'; did you mean 'hinge'"),
        (("mlp",), AmbiguousComponentError, "generators, translators and discriminators called 'mlp'"),
        ((Component("gone", "ganreg.nowhere:Gone"),), PluginError, "component 'gone' cannot be loaded"),
        ((dict,), SpecError, "dict has no kind"),
        ((3,), SpecError, "expected a component"),
    ],
    ids=["name", "bare name", "two kinds", "record", "class", "number"],
)
def test_unknown_and_ambiguous_names_are_refused(component, error, message):
    with pytest.raises(error, match=message):
        subject_of(*component)


def test_an_unregistered_record_is_loaded():
    subject = subject_of(Component("clipped", "faulty_gan.described:Clipped", "clips samples"))

    assert (subject.kind, subject.name, subject.implementation) == ("regularizer", "clipped", Clipped)
    assert subject.entry is None


def test_a_recipe_is_a_subject_too():
    recipe = Recipe(name="mine")
    subject = subject_of(recipe)

    assert (subject.kind, subject.name, subject.instance, subject.entry) == ("recipe", "mine", recipe, None)
    registered = ganreg.registry().entries("recipe")[0]
    assert subject_of(registered.component).entry == registered


def test_a_class_or_instance_that_fails_is_left_to_other_checks():
    subject = subject_of(RefusesItsDefault)

    with pytest.raises(NotApplicableError, match=r"cannot be created: .*'bound' must be > 0"):
        subject.instance  # noqa: B018
    gone = Subject(kind="loss", name="x", load=lambda: subject_of(Component("x", "no:X")), make=int)
    with pytest.raises(NotApplicableError, match="cannot be loaded: "):
        gone.implementation  # noqa: B018


def test_a_subject_is_its_own_subject():
    subject = subject_of(Clipped)
    assert subject_of(subject) is subject
