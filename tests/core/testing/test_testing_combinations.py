"""A seeded sample of all combinations, and that the attempt itself can tell the three outcomes apart."""

import random

import attrs
import pytest

import ganreg
from ganreg.testing import combinations as tried
from ganreg.testing.combinations import POINTS, Combination, attempt

ALL = list(tried.combinations())
SAMPLE = random.Random(0).sample(ALL, 12)  # noqa: S311 - no secret


@pytest.mark.slow
@pytest.mark.parametrize("combination", SAMPLE, ids=str)
def test_a_sampled_combination_trains_or_is_refused(combination):
    outcome = attempt(combination, ["graph"])
    assert outcome.result in ("trained", "refused"), outcome.reason


@pytest.mark.slow
@pytest.mark.parametrize("combination", SAMPLE[:6], ids=str)
def test_a_sampled_combination_trains_in_xla_too(combination):
    outcome = attempt(combination)
    assert outcome.result in ("trained", "refused"), outcome.reason


def test_every_pair_is_there_once():
    registry = ganreg.registry()
    networks = len(registry.names("generator")) * len(registry.names("discriminator"))
    losses, regularizers = len(registry.names("loss")), len(registry.names("regularizer"))
    pairs = regularizers * (regularizers - 1) // 2
    games = len(registry.names("game")) * (losses + regularizers)
    assert len(ALL) == len(set(map(str, ALL))) == networks * 6 * 2 + losses * regularizers + pairs + games


@pytest.mark.parametrize(
    ("game", "chosen", "result"),
    [
        ("cycle", "-l least-squares", "trained"),
        pytest.param("cycle", "-r replay", "trained", marks=pytest.mark.slow),
        ("bidirectional", "-l energy-based", "refused"),
        ("translation", "-r perceptual", "trained"),
        ("star", "-r path-length", "refused"),
        ("vae", "-r auxiliary-classifier", "trained"),
    ],
)
def test_components_are_tried_in_games(game, chosen, result):
    (combination,) = [each for each in ALL if f"{chosen} --game {game} " in str(each)]
    outcome = attempt(combination, ["graph"])
    assert outcome.result == result, outcome.reason


def test_what_does_not_fit_is_refused_with_a_remedy():
    outcome = attempt(Combination("networks", "dcgan", "mlp", shape=POINTS), ["graph"])
    assert outcome.result == "refused"
    assert "; " in outcome.reason


@attrs.frozen(kw_only=True)
class Still(ganreg.Regularizer):
    """Wipes out both players' gradients."""

    value: float = 0.0

    def discriminator_input(self, samples, step):
        return samples * self.value


@pytest.mark.parametrize(
    ("value", "reason"), [(float("nan"), "NumericalError"), (0.0, "the generator did not move")], ids=["nan", "still"]
)
def test_what_goes_wrong_in_training_is_a_failure(value, reason):
    combination = Combination("pairs", "mlp", "mlp", regularizers=(Still(value=value),), shape=POINTS)
    outcome = attempt(combination, ["graph"])
    assert (outcome.result, reason in outcome.reason) == ("failed", True), outcome


def test_an_exception_is_a_failure():
    @attrs.frozen(kw_only=True)
    class Broken(ganreg.Regularizer):
        def discriminator_penalty(self, step):
            raise RuntimeError("lost")

    combination = Combination("pairs", "mlp", "mlp", regularizers=(Broken(),), shape=POINTS)
    outcome = attempt(combination, ["graph"])
    assert outcome.result == "failed"
    assert "Broken" in outcome.reason


def test_the_command_counts(monkeypatch, capsys):
    outcomes = [tried.Outcome(ALL[0], "trained"), tried.Outcome(ALL[1], "refused", "why; what to do")]
    monkeypatch.setattr(tried, "attempt_all", lambda *_, **__: iter(outcomes))
    assert tried.main(["--sample", "2"]) == 0
    assert capsys.readouterr().out.endswith("why; what to do\n1 trained, 1 refused, 0 failed\n")
