"""Errors: what they are caught as, and how they help."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ganreg
from ganreg import errors
from ganreg.errors import did_you_mean, nearest

BUILTINS = {
    "UnknownComponentError": LookupError,
    "AmbiguousComponentError": LookupError,
    "PluginError": ImportError,
    "SpecError": ValueError,
    "DataError": ValueError,
    "AssemblyError": ValueError,
    "RunError": RuntimeError,
    "TrainingError": RuntimeError,
    "NumericalError": ArithmeticError,
    "StoppedError": RuntimeError,
    "UnhealthyError": RuntimeError,
}


def every_error():
    return [
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.GanregError) and value is not errors.GanregError
    ]


@pytest.mark.parametrize("name", every_error())
def test_every_error_is_public_a_ganreg_error_and_a_builtin(name):
    error = getattr(ganreg, name)

    assert issubclass(error, errors.GanregError)
    assert issubclass(error, BUILTINS[name])


@pytest.mark.parametrize("name", every_error())
def test_exit_code_tells_wrong_input_from_failed_work(name):
    failed = ("PluginError", "TrainingError", "NumericalError", "StoppedError", "UnhealthyError")
    expected = 1 if name in failed else 2

    assert getattr(errors, name).exit_code == expected


def test_unknown_component_error_carries_what_was_asked_for():
    error = errors.UnknownComponentError("no", kind="loss", name="hing", known=["hinge"])

    assert (error.kind, error.name, error.known) == ("loss", "hing", ("hinge",))


@given(st.sets(st.text("abcdef", min_size=1, max_size=8), min_size=1, max_size=8), st.data())
def test_a_known_name_is_nearest_to_itself(known, data):
    name = data.draw(st.sampled_from(sorted(known)))
    assert nearest(name, sorted(known))[0] == name
    assert nearest(f"acme-gan/{name}", sorted(known))[0] == name


def test_nearest_puts_the_likeliest_first():
    assert nearest("hing", ["wasserstein", "hinge", "hindsight"])[0] == "hinge"


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("hing", ["hinge", "minimax"], "did you mean 'hinge'?"),
        ("r3", ["r1", "r2", "wgan-gp"], "did you mean 'r2' or 'r1'?"),
        ("hing", ["a/hinge", "b/hinge", "minimax"], "did you mean 'a/hinge' or 'b/hinge'?"),
        ("c/hinge", ["hinge", "minimax"], "did you mean 'hinge'?"),
        ("zzz", ["hinge", "minimax"], "choose from hinge, minimax"),
        ("zzz", [], "there are none"),
    ],
)
def test_did_you_mean(name, known, expected):
    assert did_you_mean(name, known) == expected


def test_did_you_mean_keeps_a_long_choice_short():
    text = did_you_mean("zzz", [f"a{number:03}" for number in range(100)])

    assert text.endswith("a019, ...")


@pytest.mark.parametrize(
    "error",
    [
        errors.UnknownComponentError("no", kind="loss", name="hing", known=["hinge"]),
        errors.NumericalError("no", term="weights", iteration=3, player="generator", found="a NaN"),
        errors.StoppedError("no", exit_code=143),
        errors.UnhealthyError("no", name="mode-collapse"),
        errors.DataError("no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_whole_in_another_process(error):
    """A pool of processes that cannot hand over an error ends, or waits for ever."""
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301
        assert (type(again), str(again), vars(again)) == (type(error), "no", vars(error))
