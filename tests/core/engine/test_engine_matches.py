"""Matches: one for each discriminator, with states, labels and variables of their own."""

import attrs
import numpy as np
import pytest
import tensorflow as tf

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


@attrs.frozen(kw_only=True)
class Feedback(Game):
    """D also keeps the mean of its logits on real samples near 0; G brings D's features of both kinds together."""

    generator_terms = ("features",)
    discriminator_terms = ("drift",)

    def term(self, name, game_step):
        real = game_step.judge("discriminator", game_step.real)
        if name == "drift":
            return tf.square(real.logits[:, 0])
        fake = game_step.judge("discriminator", game_step.run("generator", game_step.latents))
        return tf.reduce_mean(tf.square(fake.features[0] - real.features[0]))


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_a_games_own_terms_may_ask_a_discriminator(small, points, player):
    """The gradient of the term is that of the formula, written out with the networks."""
    gan = small(game=Feedback(), loss="wasserstein", regularizers=["weight-clipping"])
    updates = gan.players.updates
    calls = []
    network = gan.discriminator
    step = updates.tensors(player, {"real": tf.constant(points[:16])}, tf.constant(0), tf.constant(0))[0]
    variables = getattr(gan.players, player).trainable
    step.judge = attrs.evolve(step.judge, network=lambda *inputs, **how: calls.append(1) or network(*inputs, **how))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(variables)
        _ = step.real_output, step.fake_output  # what the loss asks for comes first
        name = "drift" if player == "discriminator" else "features"
        value = tf.reduce_mean(gan.assembly.game.term(name, step.game_step))
        real = network(points[:16])
        if name == "drift":
            expected = tf.reduce_mean(tf.square(real["logits"]))
        else:
            fake = network(gan.generator(step.game_step.latents))
            expected = tf.reduce_mean(tf.square(fake["features"][0] - real["features"][0]))
    np.testing.assert_allclose(value, expected, rtol=1e-6)
    for one, other in zip(tape.gradient(value, variables), tape.gradient(expected, variables), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-7) if other is not None else None
    assert any(one is not None for one in tape.gradient(value, variables))
    assert len(calls) == 2  # the match's own passes


def test_discriminator_terms_are_logged_and_move_it(small, points):
    gan = small(game=Feedback())
    logs = gan.fit(points, steps=3, verbose=0).history
    assert {"discriminator/drift", "generator/features"} <= set(logs)
