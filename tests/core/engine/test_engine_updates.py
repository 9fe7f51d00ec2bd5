"""An update moves its own player, by the gradient that mathematics says, and nothing else."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.contract.schedule import Phase

BOTH, JUDGE, MAKE = Phase(1, 1, simultaneous=True), Phase(1, 0), Phase(0, 1)


def turn(gan, phase, real, *, iteration=0, generator_first=False, labels=None, source=None):
    """One iteration of a phase, run eagerly."""
    batches = {"real": tf.constant(real)} | ({} if labels is None else {"labels": tf.constant(labels, tf.int32)})
    batches |= {} if source is None else {"source": tf.constant(source)}
    iteration = tf.constant(iteration, tf.int64)
    return gan.players.updates.round(phase, batches, iteration, generator_first=generator_first)


@pytest.fixture(scope="module")
def batch(points):
    return points[np.newaxis, :16]


def _everything(gan, numbers, player):
    """All variables that belong to a player: its network's, its optimizer's, the average's."""
    found = numbers(getattr(gan, player)) + numbers(getattr(gan, f"{player}_optimizer"))
    return found + numbers(gan.average_generator) if player == "generator" else found


def _moves_alone(gan, numbers, same, batch, mover, other, **inputs):
    before = {player: _everything(gan, numbers, player) for player in (mover, other)}
    turn(gan, JUDGE if mover == "discriminator" else MAKE, batch, **inputs)
    assert same(before[other], _everything(gan, numbers, other))
    trained = [variable.numpy() for variable in getattr(gan, mover).trainable_variables]
    assert not same(before[mover][: len(trained)], trained)


PLAYERS = [("discriminator", "generator"), ("generator", "discriminator")]
IMAGES = ganreg.DataSpec((8, 8, 1), num_classes=3, value_range=(-1, 1))


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).uniform(-1, 1, (1, 8, 8, 8, 1)).astype(np.float32)


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
@pytest.mark.parametrize("regularizer", sorted({*ganreg.registry().names("regularizer")} - {"perceptual"}))
@pytest.mark.parametrize(("mover", "other"), PLAYERS)
def test_with_every_regularizer_one_player_moves_alone(small, numbers, same, images, regularizer, mover, other):
    """Batch norm in G, dropout in D: their statistics and seeds are the player's own, too."""
    gan = small(
        IMAGES,
        generator="mlp:latent_dim=16,widths=[8],norm=batch,conditional=true",
        discriminator="mlp:widths=[8],dropout=0.3",
        regularizers=[regularizer],
        batch_size=8,
    )
    _moves_alone(gan, numbers, same, images, mover, other, labels=np.arange(8)[np.newaxis] % 3)


@pytest.mark.parametrize(("mover", "other"), PLAYERS)
def test_with_perceptual_one_player_moves_alone(small, numbers, same, images, mover, other):
    """It needs pairs, and trains a classifier of its own, which belongs to neither player."""
    targets = np.random.default_rng(0).uniform(-1, 1, (60, 8, 8, 1)).astype(np.float32)
    gan = small(
        ganreg.Data(train=targets, train_labels=np.arange(60) % 3, source=ganreg.Data(train=-targets), paired=True),
        game="translation",
        generator="mlp:widths=[8]",
        discriminator="mlp:widths=[8],dropout=0.3",
        regularizers=["perceptual"],
        batch_size=8,
    )
    _moves_alone(gan, numbers, same, images, mover, other, source=-images)


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
@pytest.mark.parametrize("loss", ganreg.registry().names("loss"))
@pytest.mark.parametrize(("mover", "other"), PLAYERS)
def test_with_every_loss_one_player_moves_alone(small, numbers, same, batch, loss, mover, other):
    energy = ganreg.create("loss", loss).needs_energy
    gan = small(
        generator="mlp:latent_dim=3,widths=[8],norm=batch",
        discriminator="autoencoder" if energy else "mlp:widths=[8],norm=batch",
        loss=loss,
    )
    _moves_alone(gan, numbers, same, batch, mover, other)


@pytest.mark.parametrize(("mover", "other"), PLAYERS)
def test_convolutions_with_batch_statistics_move_alone(small, numbers, same, mover, other):
    gan = small(
        ganreg.DataSpec((8, 8, 1), value_range=(-1, 1)),
        generator="dcgan:width=2,latent_dim=3,norm=batch",
        discriminator="dcgan:width=2,norm=batch,dropout=0.2",
    )
    images = np.random.default_rng(0).uniform(-1, 1, (1, 4, 8, 8, 1)).astype(np.float32)
    _moves_alone(gan, numbers, same, images, mover, other)


def test_a_player_keeps_the_statistics_of_its_own_passes(small, batch):
    """Holding the opponent still must not hold the player itself."""
    gan = small(discriminator="mlp:widths=[8],norm=batch,dropout=0.3")
    statistics = [variable.numpy() for variable in gan.discriminator.non_trainable_variables]
    turn(gan, JUDGE, batch)
    after = [variable.numpy() for variable in gan.discriminator.non_trainable_variables]
    assert len(statistics) >= 3
    assert all(not np.array_equal(a, b) for a, b in zip(statistics, after, strict=True))


def test_an_alternating_round_moves_both(small, numbers, same, batch):
    gan = small()
    before = {player: numbers(getattr(gan, player)) for player in ("generator", "discriminator")}
    turn(gan, Phase(1, 1), batch)
    assert not any(same(before[player], numbers(getattr(gan, player))) for player in before)


@pytest.mark.parametrize(("phase", "updates"), [(Phase(3, 1), (3, 1)), (Phase(1, 2), (1, 2)), (BOTH, (1, 1))])
def test_a_round_has_its_shares(small, parts, points, phase, updates):
    gan = small(regularizers=[parts.Counter()])
    turn(gan, phase, points[:48].reshape(3, 16, 2))
    state = gan.component_state["Counter"]
    assert (state["discriminator"].numpy(), state["generator"].numpy()) == updates


def _slopes(gan):
    theta, psi = gan.generator.trainable_variables, gan.discriminator.trainable_variables
    return float(theta[0].numpy()[0]), float(psi[0].numpy()[0, 0])


def _sigmoid(t):
    return 1 / (1 + np.exp(-t))


X = np.array([[[0.5], [-0.25]]], np.float32)


def _judged(theta, psi):
    """d L_D / d psi of the minimax GAN: mean of -sigmoid(-psi x) x, plus sigmoid(psi theta) theta."""
    return np.mean(-_sigmoid(-psi * X) * X) + _sigmoid(psi * theta) * theta


def _made(theta, psi):
    """d L_G / d theta: -sigmoid(psi theta) psi."""
    return -_sigmoid(psi * theta) * psi


def test_simultaneous_players_move_by_gradients_at_the_same_point(dirac):
    gan = dirac(theta=0.7, psi=-1.3, rate=0.5)
    turn(gan, BOTH, X)
    assert _slopes(gan) == pytest.approx((0.7 - 0.5 * _made(0.7, -1.3), -1.3 - 0.5 * _judged(0.7, -1.3)), rel=1e-5)


def test_the_second_player_sees_where_the_first_has_moved(dirac):
    gan = dirac(theta=0.7, psi=-1.3, rate=0.5)
    turn(gan, Phase(1, 1), X)
    psi = -1.3 - 0.5 * _judged(0.7, -1.3)
    assert _slopes(gan) == pytest.approx((0.7 - 0.5 * _made(0.7, psi), psi), rel=1e-5)


def test_the_generator_may_begin(dirac):
    gan = dirac(theta=0.7, psi=-1.3, rate=0.5)
    turn(gan, Phase(1, 1), X, generator_first=True)
    theta = 0.7 - 0.5 * _made(0.7, -1.3)
    assert _slopes(gan) == pytest.approx((theta, -1.3 - 0.5 * _judged(theta, -1.3)), rel=1e-5)


def test_each_discriminator_update_of_a_round_takes_a_batch_of_its_own(dirac):
    """Wasserstein: psi moves by the reals' mean minus theta, so that the batches add up."""
    gan = dirac("wasserstein", ["weight-clipping:limit=100"], theta=0.0, psi=0.0, rate=1.0)
    turn(gan, Phase(3, 0), np.array([[[1.0]], [[10.0]], [[32.0]]], np.float32))
    assert _slopes(gan)[1] == pytest.approx(43.0)


def test_logged_values_are_those_of_the_losses(dirac):
    """At psi = -1.3 and theta = 0.7: softplus(1.3 x) averaged, plus softplus(-0.91); and its negative for G."""
    logs = {name: float(value) for name, value in turn(dirac(theta=0.7, psi=-1.3), BOTH, X).items()}
    fake = np.log1p(np.exp(-0.91))
    assert logs["discriminator_loss"] == pytest.approx(np.mean(np.log1p(np.exp(1.3 * X))) + fake, rel=1e-5)
    assert logs["generator_loss"] == pytest.approx(-fake, rel=1e-5)
    assert (logs["real_accuracy"], logs["fake_accuracy"]) == (0.5, 1.0)


def test_an_average_penalty_is_as_strong_when_it_is_lazy(dirac, parts):
    """A penalty of constant gradient 1 moves psi by -rate · updates, at whatever intervals it comes."""
    ends = []
    for every in (1, 4):
        gan = dirac("wasserstein", [parts.Pull(every=every), "weight-clipping:limit=100"], theta=0.0, rate=0.125)
        for iteration in range(8):
            turn(gan, JUDGE, np.zeros((1, 2, 1), np.float32), iteration=iteration)
        ends.append(_slopes(gan)[1])
    assert ends == [-2.0, -2.0]


def test_updates_are_counted_one_by_one_within_a_round(dirac, parts):
    """Of three updates in a round, the first and the third are due for a penalty of each second one."""
    zeros = np.zeros((3, 2, 1), np.float32)
    for phase, moved in ((Phase(3, 0), (0.0, -4.0)), (Phase(0, 3), (-4.0, 0.0))):
        pull = [parts.Pull(every=2), "weight-clipping:limit=100"]
        gan = dirac("wasserstein", pull, theta=0.0, psi=0.0, rate=1.0)
        turn(gan, phase, zeros)
        assert _slopes(gan) == moved


GOLDEN = {
    "minimax": ("minimax", [], (3.097, 1.421, 1.845)),
    "non-saturating": ("non-saturating", [], (0.640, 0.284, 0.139)),
    "wgan-clip-1": ("wasserstein", ["weight-clipping:limit=1"], (1.002, 1.024, 0.917)),
    # The reference writes gamma/2 (|psi| - 1)² with gamma = 0.7.
    "wgan-gp": ("wasserstein", ["wgan-gp:weight=0.35"], (1.802, 1.221, 0.716)),
    "r1-0.3": ("minimax", ["r1:weight=0.3"], (2.6e-6, 2.3e-7, 9e-34)),
    "r1-critical": ("minimax", ["r1:weight=1"], (9.5e-22, 7.5e-17, 5.1e-12)),
    "non-saturating-r1": ("non-saturating", ["r1:weight=0.3"], (2.2e-6, 1.5e-7, 4e-34)),
}
SCHEDULES = {
    "simultaneous": "simultaneous",
    "alternating": ganreg.Schedule("alternating", first="generator"),
    "alternating-5": ganreg.Schedule("alternating", discriminator_steps=5, first="generator"),
}


def _tolerance(golden):
    """Half a unit of the last digit that the reference prints, as a relative error."""
    text = f"{golden:g}"
    mantissa, _, exponent = text.partition("e")
    digits = len(mantissa.partition(".")[2])
    unit = 10.0 ** ((int(exponent) if exponent else 0) - digits)
    return 0.5 * unit / golden + 1e-3


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("game", GOLDEN)
def test_dirac_gan_ends_where_the_reference_does(dirac, game, schedule):
    """Distance from the equilibrium after 500 steps of 0.2 from (1, 1), simulated from arXiv:1801.04406.

    The paper's D is minus ours, so that its psi = 1 is our psi = -1.
    """
    loss, regularizers, distances = GOLDEN[game]
    gan = dirac(loss, regularizers, SCHEDULES[schedule])
    gan.fit(np.zeros((5000, 1), np.float32), steps=500, shuffle=False, verbose=0, execution="graph")
    golden = distances[list(SCHEDULES).index(schedule)]
    assert np.hypot(*_slopes(gan)) == pytest.approx(golden, rel=_tolerance(golden))


def test_an_objective_that_depends_on_no_weight_is_refused(small, parts, batch):
    def constant(data):
        samples = keras.Input(data.shape)
        logits = keras.layers.Lambda(lambda x: x[:, :1] * 0 + 1, output_shape=(1,))(samples)
        return keras.Model(samples, {"logits": logits, "features": ()})

    gan = small(discriminator=parts.OtherModel(made=constant))
    with pytest.raises(ganreg.AssemblyError, match="discriminator's objective depends on none of its weights"):
        turn(gan, JUDGE, batch)


def test_component_state_is_named_kept_and_given_to_its_component_alone(small, parts, batch):
    gan = small(regularizers=[parts.Counter(), parts.Counter()])
    assert sorted(gan.component_state) == ["Counter", "Counter-2", "non-saturating"]
    turn(gan, JUDGE, batch)
    for label in ("Counter", "Counter-2"):
        state = gan.component_state[label]
        assert (float(state["discriminator"]), float(state["generator"])) == (1.0, 0.0)
        assert state["mean"].shape == (2,)
        assert np.any(state["mean"].numpy() != 0)


@pytest.mark.parametrize("where", ["discriminator_input", "discriminator_penalty", "after_discriminator_update"])
def test_a_component_that_fails_in_an_update_is_named(small, parts, batch, where):
    gan = small(regularizers=[parts.Broken(where=where)])
    with pytest.raises(
        ganreg.PluginError, match=rf"regularizer 'unregistered/Broken' of .*conftest.* failed in {where}"
    ):
        turn(gan, JUDGE, batch)


@pytest.mark.parametrize(
    ("phase", "iteration", "expected"),
    [
        (BOTH, 0, [{"discriminator/r1", "generator/feature-matching"}]),
        (BOTH, 1, [set()]),
        (BOTH, 2, [{"generator/feature-matching"}]),
        (BOTH, 3, [{"discriminator/r1"}]),
        (Phase(2, 1), 1, [set(), {"discriminator/r1"}, set()]),  # D's updates 2 and 3, G's update 1
        (Phase(2, 1), 2, [set(), set(), {"generator/feature-matching"}]),
    ],
)
def test_lazy_penalties_are_due_by_the_number_of_the_players_update(small, phase, iteration, expected):
    gan = small(regularizers=["r1:every=3", "feature-matching:every=2", "instance-noise"])
    assert [set(names) for names in gan.players.updates.due(phase, iteration)] == expected


def test_without_lazy_penalties_all_iterations_share_one_program(small):
    assert small(regularizers=["r1"]).players.updates.due(BOTH, 5) is None


@pytest.mark.parametrize("iteration", range(4))
def test_a_penalty_known_to_be_due_is_the_conditional_one(small, numbers, batch, iteration):
    """Decided outside the graph, or in it: the same update."""
    known, decided = (small(regularizers=["r1:weight=2,every=3"]) for _ in range(2))
    turn(decided, BOTH, batch, iteration=iteration)
    known.players.updates.round(
        BOTH,
        {"real": tf.constant(batch)},
        tf.constant(iteration, tf.int64),
        generator_first=False,
        due=known.players.updates.due(BOTH, iteration),
    )
    for first, second in zip(numbers(known.discriminator), numbers(decided.discriminator), strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-6, atol=1e-7)
