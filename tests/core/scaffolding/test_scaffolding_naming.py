"""The names in a plugin's package, and which names are refused."""

from __future__ import annotations

import pytest

from ganreg import Component, SpecError
from ganreg.scaffolding.naming import LONGEST, Names, refuse_clashes


@pytest.mark.parametrize(
    ("name", "component", "class_stem"),
    [
        ("acme-gan", "acme", "Acme"),
        ("ganreg-cosine-penalty", "cosine-penalty", "CosinePenalty"),
        ("ganreg-acme-gan", "acme", "Acme"),
        ("acme", "acme", "Acme"),
        ("gan", "gan", "Gan"),
        ("ganreg-3d", "3d", "Gan3d"),
    ],
)
def test_all_names_follow_from_the_name_of_the_distribution(name, component, class_stem):
    names = Names.of(name)

    assert (names.distribution, names.package) == (name, name.replace("-", "_"))
    assert (names.component, names.class_stem) == (component, class_stem)
    assert names.value == component.replace("-", "_")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Acme GAN", "lower-case words joined by hyphens, got 'Acme GAN'; did you mean 'acme-gan'"),
        ("acme_gan", "did you mean 'acme-gan'"),
        ("../acme", "did you mean 'acme'"),
        ("", "such as 'acme-gan'"),
        ("a" * (LONGEST + 1), f"must have at most {LONGEST} letters, got {LONGEST + 1}"),
        ("3d-gan", "a Python package cannot be called '3d_gan'"),
        ("class", "a Python package cannot be called 'class'"),
        ("tests", "a Python package cannot be called 'tests'"),
        ("none", "a component cannot be called 'none', which means no component"),
        ("ganreg-none-gan", "a component cannot be called 'none', which means no component"),
    ],
)
def test_invalid_names_are_refused(name, reason):
    with pytest.raises(SpecError) as raised:
        Names.of(name)
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pluggy", "pluggy [0-9.]+ is installed already; choose another name, or uninstall it first"),
        ("json", "a Python module 'json' exists already; choose another name"),
        ("hinge-gan", "loss 'hinge' is offered by other-gan already; choose another name"),
    ],
)
def test_names_in_use_are_refused(name, reason, point, make_registry, hinge):
    registry = make_registry(point("other-gan", ganreg_losses=[hinge]))

    with pytest.raises(SpecError, match=reason):
        refuse_clashes(Names.of(name), ["loss"], registry)


def test_a_name_may_be_shared_with_another_kind(point, make_registry, hinge):
    registry = make_registry(point("other-gan", ganreg_losses=[hinge], ganreg_metrics=[Component("fid", "o:Fid")]))

    refuse_clashes(Names.of("hinge-gan"), ["regularizer"], registry)
