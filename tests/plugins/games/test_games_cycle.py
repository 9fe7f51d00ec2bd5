"""The game `cycle`: CycleGAN's objective, its passes, and exact resuming with a history of samples."""

import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg import Data
from ganreg.engine.variables import weights_hash


def squares(logits, target):
    return tf.reduce_mean(tf.square(logits - target)) / 2


def l1(first, second):
    return tf.reduce_mean(tf.abs(first - second))


@pytest.mark.parametrize("identity", [0.0, 0.7])
def test_updates_follow_the_papers_objective(play, batch_of, differs_by, identity):
    """Zhu et al., equations 1 to 3 and section 5.2, with least squares in place of the logarithm."""
    same = Data(
        train=np.random.default_rng(0).uniform(-1, 1, (32, 8, 8, 1)).astype(np.float32),
        source=Data(train=np.random.default_rng(1).uniform(-1, 1, (40, 8, 8, 1)).astype(np.float32)),
        value_range=(-1, 1),
    )
    gan = play(f"cycle:cycle=2,identity={identity}", loss="least-squares", data=same)
    batch, network = batch_of(gan), gan.networks
    x, y = batch["source"], batch["real"]
    g, f = network["generator"], network["inverse"]

    def d_y(samples):
        return network["discriminator"](samples)["logits"]

    def d_x(samples):
        return network["source-discriminator"](samples)["logits"]

    def of_discriminators():
        fakes = tf.stop_gradient(g(x)), tf.stop_gradient(f(y))
        return squares(d_y(y), 1) + squares(d_y(fakes[0]), 0) + squares(d_x(x), 1) + squares(d_x(fakes[1]), 0)

    def of_translators():
        adversarial = squares(d_y(g(x)), 1) + squares(d_x(f(y)), 1)
        cycle = 2 * (l1(f(g(x)), x) + l1(g(f(y)), y))
        return adversarial + cycle + identity * (l1(g(y), y) + l1(f(x), x))

    assert differs_by(gan, "discriminator", of_discriminators) < 1e-5
    assert differs_by(gan, "generator", of_translators) < 1e-5


def test_passes_are_shared(play, passes, update):
    gan = play("cycle", regularizers=["r1", "instance-noise", "feature-matching"])
    once = {"generator": 1, "inverse": 1, "discriminator": 2, "source-discriminator": 2}
    twice = once | {"generator": 2, "inverse": 2}
    for player, expected in (("discriminator", once), ("generator", twice), ("both", twice)):
        with passes(gan) as counts:
            update(gan, player)
        assert counts == expected, player


def test_logs_name_the_match_of_each_penalty(play, update):
    gan = play("cycle", regularizers=["r1"])
    logs = set(update(gan, "both"))
    assert {"discriminator/r1.discriminator", "discriminator/r1.source-discriminator", "generator/cycle"} <= logs
    assert logs <= set(gan.log_names)


def test_each_match_has_a_state_and_numbers_of_its_own(play, update):
    gan = play("cycle", regularizers=["replay:size=8", "instance-noise"])
    update(gan, "discriminator")
    histories = [
        gan.component_state[f"replay.{judge}"]["history"] for judge in ("discriminator", "source-discriminator")
    ]
    assert [history.shape[-1] for history in histories] == [1, 2]
    assert all(np.any(history.numpy()) for history in histories)


def test_an_identity_term_between_different_shapes_is_refused(play):
    with pytest.raises(
        ganreg.AssemblyError, match=r"\(8, 8, 1\) with sources of shape \(8, 8, 2\); use cycle:identity=0"
    ):
        play("cycle:identity=1")


def test_labels_do_not_belong_to_unpaired_sources(play):
    labelled = Data(
        train=np.zeros((8, 2), np.float32), train_labels=np.arange(8) % 2, source=Data(train=np.zeros((8, 2)))
    )
    with pytest.raises(ganreg.AssemblyError, match="takes the labels of samples, which unpaired sources do not have"):
        play("cycle", data=labelled, discriminator="mlp:conditional=true")
    with pytest.warns(ganreg.GanregWarning, match="labels do not belong to the sources"):
        gan = play("cycle", data=labelled, discriminator="mlp:conditional=none")
    assert not gan.assembly.is_conditional


def test_both_ways_translate(play):
    gan = play("cycle")
    there = gan.translate(np.zeros((3, 8, 8, 2), np.float32))
    back = gan.translate(there, network="inverse")
    assert (there.shape, back.shape) == ((3, 8, 8, 1), (3, 8, 8, 2))
    with pytest.raises(
        ganreg.DataError, match=r"no network 'discriminator' makes samples from samples.*generator, inverse"
    ):
        gan.translate(there, network="discriminator")


@pytest.mark.slow
def test_a_saved_training_continues_exactly(play, tmp_path):
    """With a history, a penalty, averages and Adam's moments."""
    options = {
        "regularizers": ["r1", "replay:size=16"],
        "generator_optimizer": "adam",
        "discriminator_optimizer": "adam",
        "ema_decay": 0.9,
    }
    whole, first = (play("cycle", **options) for _ in range(2))
    whole.fit(steps=12, verbose=0, execution="graph", updates_per_call=2)
    first.fit(steps=6, verbose=0, execution="graph", updates_per_call=2)
    first.save(tmp_path / "half")
    second = ganreg.load(tmp_path / "half")
    second.fit(first.assembly.source, steps=6, verbose=0, execution="graph", updates_per_call=2)
    assert weights_hash(second.players) == weights_hash(whole.players)
    assert set(second.average_networks) == {"generator", "inverse"}
