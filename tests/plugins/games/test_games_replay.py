"""The history of generated samples: what goes in and out, and that it is part of the training's state."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_games.replay import Replay
from hypothesis import given, settings
from hypothesis import strategies as st

import ganreg
from ganreg import AssemblyError, Data, DataSpec, GanregWarning
from ganreg.engine.variables import weights_hash
from ganreg.testing import discriminator_step

POINTS = Data(train=np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32))


def played(batches, blocks, share=0.5, *, batch=4, shape=(1,), seed=0):
    """Shows a history batches of unique samples; yields it before and after each, the batch, and what D is shown."""
    replay = Replay(size=blocks * batch, share=share)
    state = {name: tf.Variable(value) for name, value in replay.initial_state(DataSpec(shape)).items()}
    history = state["history"]
    for update in range(batches):
        ids = 1.0 + update * batch + np.arange(batch, dtype=np.float32)
        samples = np.broadcast_to(ids.reshape(batch, *(1 for _ in shape)), (batch, *shape)).astype(np.float32)
        step = discriminator_step(
            lambda x, **_: x, real=samples, fake=samples, state=state, seed=seed, iteration=update
        )
        before = history.numpy()
        shown = replay.discriminator_fake(tf.constant(samples), step).numpy()
        yield before, samples, shown, history.numpy()


CASES = st.tuples(st.integers(1, 5), st.integers(1, 5), st.floats(0, 1), st.integers(0, 1000))


@given(CASES)
@settings(max_examples=25, deadline=None)
def test_nothing_is_made_up_doubled_or_lost(case):
    """Once the history is full, new and kept samples are permuted: the same ones are kept or shown afterwards."""
    blocks, batch, share, seed = case
    for update, (before, samples, shown, after) in enumerate(
        played(blocks + 6, blocks, share, batch=batch, shape=(2, 1), seed=seed)
    ):
        if update < blocks:
            np.testing.assert_array_equal(shown, samples)
            np.testing.assert_array_equal(after[update * batch : (update + 1) * batch], samples)
            assert np.count_nonzero(after[:, 0, 0]) == (update + 1) * batch
        else:
            np.testing.assert_array_equal(
                np.sort(np.concatenate([before, samples]), axis=0), np.sort(np.concatenate([after, shown]), axis=0)
            )


@given(CASES)
@settings(max_examples=25, deadline=None)
def test_every_shown_sample_is_new_or_was_new_before(case):
    blocks, batch, share, seed = case
    seen = set()
    for _, samples, shown, _ in played(blocks + 6, blocks, share, batch=batch, seed=seed):
        seen |= set(samples.ravel().tolist())
        assert set(shown.ravel().tolist()) <= seen


def test_samples_change_places_with_those_of_one_block_at_the_same_position():
    blocks, batch = 5, 8
    drawn = set()
    for update, (before, samples, shown, after) in enumerate(played(60, blocks, 0.5, batch=batch)):
        exchanged = np.flatnonzero(shown != samples)
        if update < blocks or not exchanged.size:
            continue
        (changed,) = {int(place) // batch for place in np.flatnonzero(before != after)}
        drawn.add(changed)
        block = slice(changed * batch, (changed + 1) * batch)
        np.testing.assert_array_equal(shown[exchanged], before[block][exchanged])
        np.testing.assert_array_equal(after[block][exchanged], samples[exchanged])
    assert drawn == set(range(blocks))


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_a_share_of_the_samples_comes_from_the_history(share):
    updates = list(played(83, 3, share, batch=64))[3:]

    replaced = np.mean([np.mean(shown != samples) for _, samples, shown, _ in updates])

    assert replaced == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / (80 * 64)))


def points_gan(*regularizers, **options):
    return ganreg.assemble(
        **{
            "generator": "mlp:widths=[8],latent_dim=3",
            "discriminator": "mlp:widths=[8]",
            "loss": "non-saturating",
            "data": POINTS,
            "batch_size": 8,
            "seed": 1,
            "regularizers": regularizers,
        }
        | options
    )


def test_d_is_trained_on_what_the_history_gives_back():
    """With one block and a share of 1, each update shows exactly what the generator made one update before."""
    gan = points_gan("replay:size=8,share=1")
    gan.fit(steps=1, verbose=0, execution="eager")
    before = gan.component_state["replay"]["history"].numpy()
    batch = gan.batches_of().take(1, 1)["real"][0]  # the data of the second update

    def bce(logits, target):
        return np.logaddexp(0, np.where(target, -1, 1) * logits.numpy().astype(np.float64)).mean()

    network = gan.networks["discriminator"]
    expected = bce(network(batch)["logits"], 1) + bce(network(before)["logits"], 0)
    logs = gan.fit(steps=1, verbose=0, execution="eager").history

    assert logs["discriminator_loss"][0] == pytest.approx(expected, rel=1e-5)
    assert not np.array_equal(before, gan.component_state["replay"]["history"])


def test_the_generators_updates_and_evaluations_leave_it_alone():
    gan = points_gan("replay:size=16", schedule="alternating")
    gan.fit(steps=3, verbose=0, execution="eager")
    before = {name: value.numpy() for name, value in gan.component_state["replay"].items()}
    assert before["updates"] == 3

    gan.evaluate()

    for name, value in gan.component_state["replay"].items():
        np.testing.assert_array_equal(value, before[name])


@pytest.mark.slow
@pytest.mark.parametrize("game", ["the usual game", "translation"])
def test_graph_and_xla_exchange_the_same_samples(play, game):
    """Other exchanges would differ by whole samples, not by rounding."""

    def history(execution):
        options = {f"{player}_optimizer": "adam" for player in ("generator", "discriminator")}
        gan = (
            points_gan("replay:size=16")
            if game == "the usual game"
            else play(game, regularizers=["replay:size=16"], **options)
        )
        gan.fit(steps=9, verbose=0, execution=execution, updates_per_call=3)
        return gan.component_state["replay"]["history"].numpy()

    graph, xla = history("graph"), history("xla")

    assert np.abs(graph).min(axis=tuple(range(1, graph.ndim))).all()
    np.testing.assert_allclose(graph, xla, atol=1e-3)


@pytest.mark.slow
def test_a_saved_training_continues_as_if_it_had_not_stopped(tmp_path):
    options = {"verbose": 0, "execution": "graph", "updates_per_call": 1}
    whole, first = points_gan("replay:size=24"), points_gan("replay:size=24")
    whole.fit(steps=10, **options)
    first.fit(steps=6, **options)
    first.save(tmp_path / "gan")

    second = ganreg.load(tmp_path / "gan")
    second.fit(POINTS, steps=4, **options)

    assert weights_hash(second.players) == weights_hash(whole.players)
    assert second.component_state["replay"]["updates"] == 10


def test_histories_are_of_whole_batches():
    with pytest.raises(AssemblyError, match=r"keeps whole batches of 8, but its size is 20; use replay:size=(16|24)"):
        points_gan("replay:size=20")
    with pytest.raises(AssemblyError, match="keeps 24 samples, which are not whole batches of 16"):
        points_gan("replay:size=24").fit(POINTS, batch_size=16, steps=1, verbose=0, execution="eager")


LABELLED = Data(train=POINTS.train, train_labels=np.arange(64) % 3)


def test_a_conditional_discriminator_would_be_given_the_classes_of_others():
    conditional = {"generator": "mlp:conditional=true", "discriminator": "mlp:conditional=true", "data": LABELLED}
    with pytest.raises(
        AssemblyError, match=r"made for other classes.*use -d mlp:conditional=false, or leave replay out"
    ):
        points_gan("replay:size=8", **conditional)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("auxiliary-classifier", {"generator": "mlp:conditional=true", "data": LABELLED}),
        ("mutual-information:categories=3", {"generator": "mlp:latent_dim=6"}),
    ],
)
def test_what_has_d_predict_the_origin_of_samples_is_warned_about(name, options):
    with pytest.warns(GanregWarning, match=f"'{name.partition(':')[0]}' may have D predict are those of the new ones"):
        points_gan("replay:size=8", name, **options)


def test_a_simultaneous_schedule_is_refused():
    with pytest.raises(AssemblyError, match=r"'replay' shows the discriminator other samples.*use an alternating"):
        points_gan("replay:size=8", schedule="simultaneous")
