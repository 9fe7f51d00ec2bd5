"""The step computes each tensor once, carries gradients where they belong, and shares nothing by accident."""

import attrs
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.contract.assembly import Part
from ganreg.engine.forward import Judge, Maker
from ganreg.engine.objectives import Objectives, accuracy
from ganreg.engine.step_tensors import StepTensors

REAL = np.array([[1.0, -2.0], [0.5, 3.0], [2.0, 0.0]], np.float32)
SLOPE = np.array([[0.5], [-1.5]], np.float32)


class Counted:
    """A network that counts its calls and keeps what it was given."""

    def __init__(self, function):
        self._function, self.inputs = function, []

    def __call__(self, inputs, training):
        assert training
        self.inputs.append(inputs)
        return self._function(inputs)


@pytest.fixture
def theta():
    return tf.Variable([[1.0, 0.0], [0.5, -1.0]])


@pytest.fixture
def generator(theta):
    return Counted(lambda latents: latents @ theta)


@pytest.fixture
def weights():
    return tf.Variable(SLOPE)


@pytest.fixture
def discriminator(weights):
    def judge(samples):
        hidden = tf.tanh(samples)
        return {"logits": hidden @ weights, "features": (hidden,)}

    return Counted(judge)


@attrs.frozen(kw_only=True)
class TwoLatents(ganreg.Generator):
    latent_dim: int = 2


@pytest.fixture
def make(generator, discriminator):
    """Makes a step's tensors."""

    def of(player="discriminator", networks=None, **options):
        maker, judge = networks or (Maker(generator, component=TwoLatents()), Judge(discriminator))
        return StepTensors.alone(maker, judge, **{"player": player, "real": tf.constant(REAL)} | options)

    return of


def member(kind, spec):
    component = ganreg.create(kind, spec)
    return Part(component, spec.partition(":")[0])


@pytest.fixture
def crowded():
    """A loss and every regularizer that can share the loss's passes."""
    specs = ["r1", "r2", "feature-matching", "instance-noise"]
    return Objectives(member("loss", "hinge"), [member("regularizer", spec) for spec in specs])


@pytest.mark.parametrize(("player", "methods"), [("discriminator", 1), ("generator", 1), ("both", 2)])
def test_each_network_judges_each_batch_once(make, crowded, generator, discriminator, player, methods):
    """Loss, R1, R2, feature matching, noise and accuracy: one pass of D on reals, one on fakes, one of G."""
    tensors = make(player, input_parts=[crowded.regularizers[3]])
    for method in ("discriminator", "generator")[:: -1 if player == "generator" else 1][:methods]:
        getattr(crowded, method)(tensors)
    accuracy(crowded.loss.implementation, tensors)
    assert (len(discriminator.inputs), len(generator.inputs)) == (2, 1)


def test_a_generator_update_without_need_for_reals_judges_none(make, discriminator):
    tensors = make("generator")
    Objectives(member("loss", "hinge"), ()).generator(tensors)
    (seen,) = discriminator.inputs
    np.testing.assert_array_equal(seen, tensors.fake)


def test_a_penalty_at_new_points_costs_one_more_pass(make, discriminator):
    Objectives(member("loss", "wasserstein"), [member("regularizer", "wgan-gp")]).discriminator(make())
    assert len(discriminator.inputs) == 3


def test_nothing_is_computed_before_it_is_asked_for(make, generator, discriminator):
    make().view(Part(None, "component"))
    assert generator.inputs == []
    assert discriminator.inputs == []


@pytest.mark.parametrize(("player", "carries"), [("discriminator", False), ("generator", True), ("both", True)])
def test_fakes_carry_a_gradient_to_the_generator_in_its_own_update_alone(make, theta, player, carries):
    with tf.GradientTape() as tape:
        score = tf.reduce_sum(make(player).view(Part(None, "component")).fake_output.logits)
    assert (tape.gradient(score, theta) is not None) is carries


def test_input_gradient_of_a_linear_critic_is_its_slope(make):
    linear = (Maker(None), Judge(Counted(lambda samples: samples @ SLOPE)))
    tensors = make(networks=linear, fake=tf.constant(2 * REAL))
    for gradient in (tensors.real_gradient, tensors.fake_gradient):
        np.testing.assert_allclose(gradient, np.repeat(SLOPE.T, 3, axis=0), rtol=1e-6)


def test_input_gradient_is_that_of_the_tanh_critic(make):
    """d/dx sum(w · tanh x) = w (1 - tanh² x)."""
    expected = SLOPE.T * (1 - np.tanh(REAL) ** 2)
    np.testing.assert_allclose(make().real_gradient, expected, rtol=1e-4)


def test_input_gradient_sums_over_patches(make):
    judge = Judge(Counted(lambda x: tf.reshape(tf.stack([x @ SLOPE] * 4, axis=1), (-1, 2, 2, 1))))
    patches = (Maker(None), judge)
    np.testing.assert_allclose(make(networks=patches).real_gradient, 4 * np.repeat(SLOPE.T, 3, axis=0), rtol=1e-6)


def test_input_gradient_at_new_points(make):
    points = tf.constant(REAL + 0.3)
    gradient = make().view(Part(None, "component")).input_gradient(points)
    np.testing.assert_allclose(gradient, SLOPE.T * (1 - np.tanh(REAL + 0.3) ** 2), rtol=1e-4)


def test_input_gradient_of_a_critic_that_ignores_its_input_is_zero(make, weights):
    constant = (Maker(None), Judge(Counted(lambda samples: tf.zeros((3, 1)) + tf.reduce_sum(weights))))
    np.testing.assert_array_equal(make(networks=constant).real_gradient, np.zeros((3, 2)))


@pytest.mark.parametrize("compiler", [None, False, True], ids=["eager", "graph", "xla"])
def test_input_gradient_is_differentiable_in_the_weights(make, weights, compiler):
    """P = mean ‖w (1 - tanh² x)‖², against central differences of the closed form in float64."""

    def second_order():
        with tf.GradientTape() as tape:
            penalty = tf.reduce_mean(tf.reduce_sum(make().real_gradient ** 2, axis=1))
        return tape.gradient(penalty, weights)

    def closed_form(slope):
        return np.mean(np.sum((slope.T * (1 - np.tanh(REAL.astype(float)) ** 2)) ** 2, axis=1))

    found = second_order() if compiler is None else tf.function(second_order, jit_compile=compiler, autograph=False)()
    for index in range(2):
        step = np.zeros((2, 1))
        step[index] = 1e-6
        slope = SLOPE.astype(float)
        expected = (closed_form(slope + step) - closed_form(slope - step)) / 2e-6
        np.testing.assert_allclose(found[index, 0], expected, rtol=1e-4)


def test_input_transformations_apply_in_order_to_whatever_is_judged(make, parts, discriminator):
    members = [Part(parts.Shift(by=1.0), "shift"), Part(parts.Scale(by=2.0), "scale")]
    tensors = make(input_parts=members)
    step = tensors.view(Part(None, "component"))
    extra = REAL - 5
    _ = (
        step.real_output,
        step.fake_output,
        step.discriminate(tf.constant(extra)),
        step.input_gradient(tf.constant(extra)),
    )
    for seen, samples in zip(discriminator.inputs, (REAL, step.fake, extra, extra), strict=True):
        np.testing.assert_allclose(seen, 2 * (np.asarray(samples) + 1), rtol=1e-6)


def test_input_gradient_is_by_the_sample_before_its_transformation(make, parts):
    linear = (Maker(None), Judge(Counted(lambda samples: samples @ SLOPE)))
    tensors = make(networks=linear, input_parts=[Part(parts.Scale(by=2.0), "scale")])
    np.testing.assert_allclose(tensors.real_gradient, 2 * np.repeat(SLOPE.T, 3, axis=0), rtol=1e-6)


def test_reals_and_fakes_get_noise_of_their_own(make, discriminator):
    tensors = make(input_parts=[member("regularizer", "instance-noise")], fake=tf.constant(REAL))
    _ = tensors.real_pass, tensors.fake_pass
    real, fake = discriminator.inputs
    assert not np.any(np.asarray(real) == np.asarray(fake))


LABELS = np.array([2, 0, 1], np.int32)


@pytest.fixture
def conditional(make):
    """A step of two conditional networks: both add their labels to what they get."""
    generator = Counted(lambda inputs: inputs[0] + tf.cast(inputs[1], tf.float32)[:, tf.newaxis])
    discriminator = Counted(lambda inputs: inputs[0] @ SLOPE + tf.cast(inputs[1], tf.float32)[:, tf.newaxis])
    networks = (Maker(generator, True, TwoLatents()), Judge(discriminator, True))
    return make(networks=networks, labels=tf.constant(LABELS)).view(Part(None, "component"))


def test_labels_reach_both_networks(conditional):
    np.testing.assert_allclose(conditional.fake, conditional.latents + LABELS[:, np.newaxis], rtol=1e-6)
    np.testing.assert_allclose(conditional.real_output.logits, REAL @ SLOPE + LABELS[:, np.newaxis], rtol=1e-6)


def test_extra_passes_take_the_steps_labels_or_others(conditional):
    judged = [conditional.discriminate(tf.constant(REAL), labels) for labels in (None, tf.constant([5, 5, 5]))]
    np.testing.assert_allclose(judged[0].logits, REAL @ SLOPE + LABELS[:, np.newaxis], rtol=1e-6)
    np.testing.assert_allclose(judged[1].logits, REAL @ SLOPE + 5, rtol=1e-6)
    np.testing.assert_allclose(conditional.generate(tf.zeros((3, 2)), tf.constant([7, 7, 7])), np.full((3, 2), 7.0))


def test_input_gradient_of_a_conditional_critic(conditional):
    np.testing.assert_allclose(conditional.real_gradient, np.repeat(SLOPE.T, 3, axis=0), rtol=1e-6)


def test_an_unconditional_network_never_sees_labels(make, discriminator):
    _ = make(labels=tf.constant(LABELS)).real_pass
    np.testing.assert_array_equal(discriminator.inputs[0], REAL)


def test_a_fork_shares_what_is_computed(make, discriminator):
    tensors = make()
    before = tensors.real_pass
    assert tensors.fork().real_pass is before
    assert tensors.fork().fork().real_pass is before
    assert len(discriminator.inputs) == 1


def test_a_fork_keeps_what_it_computes_to_itself(make, discriminator):
    tensors = make()
    branch = tensors.fork()
    inside = branch.real_pass
    assert branch.real_pass is inside
    assert tensors.real_pass is not inside
    assert len(discriminator.inputs) == 2


def _conditional_penalty(tensors, due):
    """A penalty in a branch, on a pass made before it and on one that it makes itself; then both outside."""
    _ = tensors.real_pass, tensors.latents

    def inside():
        branch = tensors.fork()
        return tf.reduce_sum(branch.real_gradient**2) + tf.reduce_sum(branch.fake_pass.output.logits)

    penalty = tf.cond(due, inside, lambda: tf.constant(0.0))
    return penalty, tf.reduce_sum(tensors.real_gradient**2), tf.reduce_sum(tensors.fake_pass.output.logits)


@pytest.mark.parametrize("compiler", [None, False, True], ids=["eager", "graph", "xla"])
@pytest.mark.parametrize("due", [True, False])
def test_a_branch_of_a_conditional_leaks_nothing(make, due, compiler):
    """The step asks again, after the branch, for what the branch computed."""

    def run(due):
        return _conditional_penalty(make(), due)

    function = run if compiler is None else tf.function(run, jit_compile=compiler, autograph=False)
    penalty, squared, judged = function(tf.constant(due))
    expected = np.sum((SLOPE.T * (1 - np.tanh(REAL) ** 2)) ** 2)
    np.testing.assert_allclose(squared, expected, rtol=1e-5)
    np.testing.assert_allclose(penalty, expected + judged if due else 0.0, rtol=1e-4)


def test_components_and_players_draw_their_own_numbers(make):
    drawn = [
        tuple(make(player).view(Part(None, label)).normal((4,)).numpy())
        for player in ("discriminator", "generator")
        for label in ("r1", "r1-2")
    ]
    assert len(set(drawn)) == 4


def test_a_component_draws_the_same_whatever_the_others_draw(make):
    quiet, noisy = make(), make()
    noisy.view(Part(None, "other")).normal((7,))
    np.testing.assert_array_equal(
        quiet.view(Part(None, "mine")).normal((4,)), noisy.view(Part(None, "mine")).normal((4,))
    )


def test_latents_are_drawn_once_a_step_and_anew_each_update(make):
    first = make(update=0)
    np.testing.assert_array_equal(first.latents, first.latents)
    assert first.latents.shape == (3, 2)
    assert not np.array_equal(first.latents, make(update=1).latents)


def test_a_step_without_a_generator_says_so(make):
    with pytest.raises(ValueError, match="has no generator"):
        _ = make(networks=(Maker(None), Judge(Counted(lambda x: x))), latents=tf.zeros((3, 2))).fake
