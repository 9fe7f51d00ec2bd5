"""Problems that the core itself sees, and what becomes of them."""

import attrs
import pytest

import ganreg
from ganreg.engine.checks import problems, report
from ganreg.engine.resolving import resolve

POINTS = ganreg.DataSpec((2,))


def found(**components):
    """The problems of a combination on points, as (severity, text)."""
    regularizers = components.pop("regularizers", ())
    assembly = resolve(ganreg.Recipe(**components), data=POINTS, regularizers=regularizers)
    return [(problem.severity, str(problem)) for problem in problems(assembly)]


def test_an_unbounded_slope_suggests_what_declares_to_bound_it():
    ((severity, text),) = found(loss="wasserstein")
    assert severity == "warning"
    assert text.endswith("; add a regularizer that does, such as -r wgan-gp")
    assert found(loss="wasserstein", regularizers=["wgan-gp"]) == []


def test_a_missing_energy_suggests_what_declares_to_give_one():
    ((severity, text),) = [one for one in found(loss="energy-based") if "energy" in one[1]]
    assert severity == "warning"
    assert text.endswith("; use -d autoencoder")


def test_without_such_a_plugin_nothing_is_suggested(monkeypatch):
    from ganreg.engine import checks

    monkeypatch.setattr(checks, "remedies", lambda problem: [])
    ((_, slope),) = found(loss="wasserstein")
    assert slope.endswith("; add a regularizer that does")


def test_every_on_a_regularizer_without_a_penalty():
    (problem,) = found(regularizers=["instance-noise:every=4"])
    assert problem == (
        "error",
        "regularizer 'instance-noise' has no penalty, so every=4 has no effect; leave 'every' out",
    )


def test_batch_statistics_suggest_the_discriminators_own_way_out():
    ((severity, text),) = found(discriminator="mlp:norm=batch", regularizers=["wgan-gp"])
    assert severity == "error"
    assert text.endswith("; use -d mlp:norm=layer")


@attrs.frozen(kw_only=True)
class Doubting(ganreg.Regularizer):
    """Yields what it is given."""

    problems: tuple = ()

    def check(self, assembly):
        return self.problems


def test_a_components_own_problems_come_too():
    mine = ganreg.Problem("error", "no good", "do better")
    assert found(regularizers=[Doubting(problems=(mine,))]) == [("error", "no good; do better")]


def test_warnings_warn_and_errors_refuse_together():
    given = [ganreg.Problem("warning", "careful"), ganreg.Problem("error", "one"), ganreg.Problem("error", "two")]
    with (
        pytest.warns(ganreg.GanregWarning, match=r"^careful$"),
        pytest.raises(ganreg.AssemblyError, match=r"^one; two$"),
    ):
        report([*given, given[1]])
