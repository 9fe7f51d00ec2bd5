"""Axes: the text that describes them, their names, and the components of their alternatives."""

import pytest

from ganreg.comparison.axes import Axis, alternatives, component_axis, regularizer_axes, setting_axes
from ganreg.contract.specs import Spec
from ganreg.errors import SpecError


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("hinge", ["hinge"]),
        (" none | r1:weight=5|wgan-gp ", ["none", "r1:weight=5", "wgan-gp"]),
        ('"a|b"|c', ['"a|b"', "c"]),
        ("[1|2]|3", ["[1|2]", "3"]),
    ],
)
def test_bars_separate_alternatives_except_in_quotes_and_brackets(text, parts):
    assert list(alternatives(text)) == parts


@pytest.mark.parametrize("text", ["none|", "|r1", "a||b", " "])
def test_an_empty_alternative_is_refused(text):
    with pytest.raises(SpecError, match="empty alternative"):
        list(alternatives(text))


def test_an_option_is_one_axis_however_it_is_repeated():
    assert component_axis("loss", ["hinge|wasserstein", "minimax"]) == [
        Axis("loss", "loss", ("hinge", "wasserstein", "minimax"))
    ]
    assert component_axis("loss", []) == []


def test_an_axis_needs_alternatives_each_of_them_once():
    with pytest.raises(SpecError, match="'loss' has no alternatives"):
        Axis("loss", "loss", ())
    with pytest.raises(SpecError, match="'loss' has the alternative 'hinge' twice"):
        Axis("loss", "loss", ("hinge", "minimax", "hinge"))


@pytest.mark.parametrize(
    ("role", "is_component"), [("dataset", True), ("loss", True), ("regularizer", True), ("batch_size", False)]
)
def test_components_are_distinguished_from_settings(role, is_component):
    assert Axis(role, role, ("a",)).is_component is is_component


def test_one_regularizer_option_is_one_axis_of_alternatives():
    (axis,) = regularizer_axes(["none|r1|r1 + r2:weight=1e+3"])

    assert axis.name == "regularizer"
    assert axis.specs("none") == ()
    assert axis.specs("r1 + r2:weight=1e+3") == (Spec.parse("r1"), Spec.parse("r2:weight=1e+3"))


def test_only_regularizers_and_games_can_be_absent_and_only_regularizers_several():
    (axis,) = component_axis("loss", ["none"])
    (game,) = component_axis("game", ["none|cycle"])

    assert axis.specs("none") == (Spec.parse("none"),)
    assert [game.specs(alternative) for alternative in game.alternatives] == [(), (Spec("cycle"),)]


def test_axes_of_the_same_regularizer_have_different_names():
    names = [axis.name for axis in regularizer_axes(["r1|none", "r1:weight=3|none", "r1|r2", "none|r1|r2"])]

    assert names == ["r1", "r1-2", "regularizer", "regularizer-2"]


def test_a_qualified_regularizer_names_its_axis_without_its_distribution():
    assert [axis.name for axis in regularizer_axes(["acme-gan/r1|none", "none|ada"])] == ["r1", "ada"]


def test_regularizer_options_without_bars_are_alternatives_of_one_axis():
    axes = regularizer_axes(["r1", "ada|none", "r2", "none"])

    assert [(axis.name, axis.alternatives) for axis in axes] == [
        ("regularizer", ("r1", "r2", "none")),
        ("ada", ("ada", "none")),
    ]
    assert regularizer_axes(["r1"])[0].alternatives == ("r1",)


def test_each_setting_is_an_axis():
    assert setting_axes(["batch_size = 32|64", 'summary="a|b"|c']) == [
        Axis("batch_size", "batch_size", ("32", "64")),
        Axis("summary", "summary", ('"a|b"', "c")),
    ]


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (["batch_size"], "must be key=value"),
        (["=3"], "must be key=value"),
        (["steps="], "must be key=value"),
        (["seed=1|2"], "--seeds"),
        (["steps=1", "steps=2"], "'steps' is set twice"),
        (["loss=hinge"], "'loss' is not given as a setting"),
    ],
)
def test_settings_that_cannot_be_axes_are_refused(texts, reason):
    with pytest.raises(SpecError, match=reason):
        setting_axes(texts)
