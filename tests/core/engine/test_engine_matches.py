"""Matches: one for each discriminator, with states, labels and variables of their own."""

import attrs
import numpy as np
import pytest

import ganreg
from ganreg import DataSpec, Game, NetworkSpec


@attrs.frozen(kw_only=True)
class TwoJudges(Game):
    """One generator against two discriminators, as multi-scale games have."""

    def networks(self, assembly):
        data = assembly.data
        return {
            "generator": NetworkSpec("generator", data),
            "discriminator": NetworkSpec("discriminator", data),
            "second": NetworkSpec("discriminator", DataSpec((1,))),
        }

    def real(self, judge, game_step):
        return game_step.real if judge == "discriminator" else game_step.real[:, :1]

    def fake(self, judge, game_step):
        fake = game_step.run("generator", game_step.latents)
        return fake if judge == "discriminator" else fake[:, :1]


@attrs.frozen(kw_only=True)
class Counter(ganreg.Regularizer):
    """Counts the discriminator's updates, and remembers the size of a sample."""

    def initial_state(self, data):
        return {"updates": np.float32(0), "size": np.int32(data.size)}

    def after_discriminator_update(self, step):
        step.state["updates"].assign_add(1.0)


@pytest.fixture
def gan(small):
    return small(game=TwoJudges(), regularizers=[Counter(), "r1"])


def test_each_match_has_its_own_discriminator_and_state(gan):
    matches = gan.players.updates.matches
    assert [match.name for match in matches] == ["discriminator", "second"]
    assert [match.judge.network.input_shape for match in matches] == [(None, 2), (None, 1)]
    assert gan.component_state["Counter.discriminator"]["size"].numpy() == 2
    assert gan.component_state["Counter.second"]["size"].numpy() == 1


def test_a_match_sees_the_variables_of_its_own_networks(gan):
    first, second = gan.players.updates.matches
    assert first.variables["generator"] == second.variables["generator"] == gan.generator.trainable_variables
    assert second.variables["discriminator"] == gan.networks["second"].trainable_variables


def test_losses_add_up_over_matches_and_accuracies_are_averaged(gan, points):
    logs = gan.evaluate(points)
    assert {"discriminator/r1.discriminator", "discriminator/r1.second"} <= set(logs)
    names = set(gan.log_names)
    assert set(logs) <= names
    assert 0 <= logs["real_accuracy"] <= 1
    alone = []
    for match in gan.players.updates.matches:
        logits = [match.judge.network(points[:, : match.judge.network.input_shape[1]])["logits"].numpy()]
        alone.append(np.mean(np.log1p(np.exp(-logits[0]))))
    assert logs["discriminator_loss"] > sum(alone)  # the part on generated samples is positive


def test_components_are_called_in_each_match(gan, points):
    gan.fit(points, steps=3, batch_size=16, verbose=0, execution="graph", updates_per_call=1)
    for name in ("discriminator", "second"):
        assert gan.component_state[f"Counter.{name}"]["updates"].numpy() == 3


def test_a_single_match_adds_nothing_to_labels(small):
    assert set(small(regularizers=[Counter()]).component_state) == {"non-saturating", "Counter"}
