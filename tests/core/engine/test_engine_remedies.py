"""Suggestions come from what components declare, so they go when their plugin goes."""

import pytest

from ganreg import Component, build_registry
from ganreg.engine.remedies import MISSING_PAIRS, MISSING_SOURCES, MODE_COLLAPSE, alternatives, remedies, such_as


@pytest.fixture
def offering(point, make_registry):
    """A registry of one loss and two regularizers, of which two declare to remedy mode collapse."""
    losses = [Component("alike", "acme:Alike", remedies=[MODE_COLLAPSE])]
    regularizers = [
        Component("stronger", "acme:Stronger", remedies=("divergence", MODE_COLLAPSE)),
        Component("idle", "acme:Idle"),
    ]
    return make_registry(point("acme-gan", ganreg_losses=losses, ganreg_regularizers=regularizers))


def test_the_options_of_those_that_declare_it(offering):
    assert remedies(MODE_COLLAPSE, offering) == ["-l alike", "-r stronger"]
    assert remedies("divergence", offering) == ["-r stronger"]


def test_without_plugins_there_is_no_suggestion():
    assert remedies(MODE_COLLAPSE, build_registry([])) == []


def test_a_name_of_two_distributions_is_qualified(point, make_registry):
    offered = [Component("same", "acme:Same", remedies=[MODE_COLLAPSE])]
    registry = make_registry(point("acme-gan", ganreg_losses=offered), point("other-gan", ganreg_losses=offered))
    assert remedies(MODE_COLLAPSE, registry) == ["-l acme-gan/same", "-l other-gan/same"]


def test_the_end_of_an_advice():
    assert such_as(MISSING_SOURCES) == ", such as --dataset degraded or --dataset image-folders"
    assert such_as(MISSING_PAIRS) == ", such as --game cycle"
    assert such_as("nothing-helps") == ""


@pytest.mark.parametrize(
    ("options", "words"), [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")]
)
def test_alternatives_in_words(options, words):
    assert alternatives(options) == words
