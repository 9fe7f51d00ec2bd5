"""Spec text: reading it, writing it, and what it refuses."""

from __future__ import annotations

import math
import types

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ganreg import Spec, SpecError

NAMES = st.from_regex(r"([a-z][a-z0-9.-]{0,8}/)?[a-z][a-z0-9-]{0,12}", fullmatch=True)
KEYS = st.from_regex(r"[a-z_][a-z0-9_]{0,10}", fullmatch=True)
SCALARS = st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False), st.text())
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)
SPECS = st.builds(Spec, NAMES, st.dictionaries(KEYS.filter(lambda key: key != "name"), VALUES, max_size=4))


@pytest.mark.parametrize(
    ("text", "name", "parameters"),
    [
        ("hinge", "hinge", {}),
        ("  hinge  ", "hinge", {}),
        ("wgan-gp:weight=5", "wgan-gp", {"weight": 5}),
        ("wgan-gp:weight=5e-1,one_sided=true", "wgan-gp", {"weight": 0.5, "one_sided": True}),
        ("acme-gan/hinge:margin=2", "acme-gan/hinge", {"margin": 2}),
        ("mlp:widths=[64, 32],activation=relu", "mlp", {"widths": [64, 32], "activation": "relu"}),
        ("mlp:widths=(64,32)", "mlp", {"widths": [64, 32]}),
        ("mlp:activations=[relu, tanh]", "mlp", {"activations": ["relu", "tanh"]}),
        ('npz:path="a, b.npz"', "npz", {"path": "a, b.npz"}),
        ("npz:path='a=b.npz'", "npz", {"path": "a=b.npz"}),
        (r'npz:path="a \" , b"', "npz", {"path": 'a " , b'}),
        ("npz:path=/data/a.npz", "npz", {"path": "/data/a.npz"}),
        ("npz:path=C:/data/a.npz", "npz", {"path": "C:/data/a.npz"}),
        ("npz:path=2020-01-01", "npz", {"path": "2020-01-01"}),
        ("npz:color=#fff", "npz", {"color": "#fff"}),
        ("npz:path=a#1", "npz", {"path": "a#1"}),
        ("npz:take=1#2", "npz", {"take": "1#2"}),
        ("npz:take=.5", "npz", {"take": 0.5}),
        ("npz:take=none", "npz", {"take": "none"}),
        ("npz:take=1\nleave = 2", "npz", {"take": "1\nleave = 2"}),
    ],
)
def test_parse(text, name, parameters):
    assert Spec.parse(text).as_table() == {"name": name, **parameters}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must start with a component's name"),
        (":weight=5", "must start with a component's name"),
        ("a b", "must start with a component's name"),
        ("wgan-gp:", "expected key=value, got ''"),
        ("wgan-gp:weight", "expected key=value, got 'weight'"),
        ("wgan-gp:weight=", "expected key=value, got 'weight='"),
        ("wgan-gp:we-ight=5", "expected key=value, got 'we-ight=5'"),
        ("wgan-gp:weight=5,", "expected key=value, got ''"),
        ("wgan-gp:weight=5,weight=6", "sets 'weight' twice"),
        ("mlp:name=a", "cannot have a parameter called 'name'"),
        ("mlp:widths=[64", "missing ]"),
        ("mlp:path='a", "missing '"),
    ],
)
def test_what_does_not_follow_the_grammar_is_refused(text, message):
    with pytest.raises(SpecError, match=message.replace("[", r"\[")):
        Spec.parse(text)


def test_values_that_are_nested_too_deeply_are_refused():
    spec = Spec.parse("mlp:widths=" + "[" * 5000 + "]" * 5000)

    with pytest.raises(SpecError, match="nested too deeply"):
        spec.as_table()


@given(st.text())
@example("a:b=" + "9" * 5000)
@example("a:b=1979-05-27T07:32:00Z")
def test_text_is_a_spec_or_a_spec_error(text):
    try:
        spec = Spec.parse(text)
        spec.as_table()
    except SpecError:
        return
    assert Spec.parse(str(spec)) == spec


@given(KEYS, st.text())
def test_any_value_is_read_or_a_spec_error(key, value):
    try:
        Spec.parse(f"name:{key}={value}").as_table()
    except SpecError:
        return


@given(SPECS)
def test_a_spec_reads_back_from_its_text(spec):
    assert Spec.parse(str(spec)) == spec


@given(SPECS)
def test_a_spec_reads_back_from_its_table(spec):
    assert Spec.of(spec.as_table()) == spec


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, "x:a=5"),
        (2.0, "x:a=2.0"),
        (1e-05, "x:a=1e-05"),
        (True, "x:a=true"),
        (None, "x:a=none"),
        ("relu", "x:a=relu"),
        ("data/a.npz", "x:a=data/a.npz"),
        ("true", 'x:a="true"'),
        ("5", 'x:a="5"'),
        (".5", 'x:a=".5"'),
        ("inf", 'x:a="inf"'),
        ("a b", 'x:a="a b"'),
        ('"', r'x:a="\""'),
        ("", 'x:a=""'),
        ((64, 32), "x:a=[64,32]"),
        (["relu", "tanh"], 'x:a=["relu","tanh"]'),
        ({"b": 1}, 'x:a={"b"=1}'),
        (np.float32(0.5), "x:a=0.5"),
        (np.int64(3), "x:a=3"),
        (math.inf, "x:a=inf"),
    ],
)
def test_text_of_a_value(value, expected):
    assert str(Spec("x", {"a": value})) == expected


def test_of_takes_text_tables_and_specs():
    spec = Spec("wgan-gp", {"weight": 5})

    assert Spec.of(spec) is spec
    assert Spec.of("wgan-gp:weight=5") == spec
    assert Spec.of({"name": "wgan-gp", "weight": 5}) == spec
    assert Spec.of(types.MappingProxyType({"name": "wgan-gp", "weight": 5})) == spec


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (5, "expected a component's name, such as 'hinge', got 5"),
        (None, "expected a component's name"),
        ({}, "a component's table needs its name"),
        ({"name": 3}, "a component's table needs its name"),
        ({"name": "a b"}, "a component's table needs its name"),
    ],
)
def test_of_refuses_anything_else(value, message):
    with pytest.raises(SpecError, match=message):
        Spec.of(value)


def test_specs_are_equal_where_their_values_are():
    assert Spec.parse("wgan-gp:weight=5") == Spec("wgan-gp", {"weight": 5})
    assert Spec.parse("wgan-gp:weight=5") != Spec("wgan-gp", {"weight": 6})
    assert hash(Spec.parse("wgan-gp:weight=5")) == hash(Spec("wgan-gp", {"weight": 5}))
