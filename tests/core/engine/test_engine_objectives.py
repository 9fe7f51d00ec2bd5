"""What each player minimises, against sums worked by hand."""

import attrs
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.contract.assembly import Part
from ganreg.engine.forward import Judge, Maker
from ganreg.engine.objectives import Objectives, accuracy
from ganreg.engine.replicas import Replicas
from ganreg.engine.step_tensors import StepTensors

REAL = np.array([[2.0], [-1.0], [0.5]], np.float32)
FAKE = np.array([[1.0], [-3.0], [0.0]], np.float32)


@attrs.frozen(kw_only=True)
class Constant(ganreg.Regularizer):
    """Penalises both players by a constant: a scalar or one value a sample."""

    value: object = 1.0
    replace: bool = False

    @property
    def replaces_generator_loss(self):
        return self.replace

    def discriminator_penalty(self, step):
        return tf.constant(self.value, tf.float32)

    def generator_penalty(self, step):
        return -tf.constant(self.value, tf.float32)


@attrs.frozen(kw_only=True)
class Differences(ganreg.Loss):
    """A loss that looks at the reals for the generator too."""

    needs_real = True
    decision_boundary = None

    def discriminator_loss(self, real_logits, fake_logits):
        return fake_logits - real_logits

    def generator_loss(self, fake_logits, real_logits=None):
        return real_logits - fake_logits


def member(component, label="it"):
    return Part(component, label)


def step(update=0, judge=lambda samples: samples, player="discriminator"):
    """A step whose discriminator says what the samples are, unless told otherwise."""
    shown = {"real": tf.constant(REAL), "fake": tf.constant(FAKE)}
    return StepTensors.alone(
        Maker(None), Judge(lambda samples, training: judge(samples)), player=player, update=update, **shown
    )


def objectives(*regularizers, loss="wasserstein"):
    loss = ganreg.create("loss", loss) if isinstance(loss, str) else loss
    return Objectives(member(loss), [member(component, f"r{index}") for index, component in enumerate(regularizers)])


def plain(terms):
    return {name: pytest.approx(float(value), abs=1e-6) for name, value in terms.items()}


def test_losses_are_means_over_the_batch():
    """Wasserstein: mean(f - r) = (1 - 3 + 0)/3 - (2 - 1 + 0.5)/3, and -mean f."""
    assert plain(objectives().discriminator(step())) == {"discriminator_loss": -2 / 3 - 0.5}
    assert plain(objectives().generator(step())) == {"generator_loss": 2 / 3}


def test_the_loss_of_each_patch_is_taken_before_the_average():
    """Hinges of real patches at 3 and -1 are 0 and 2, of generated ones 4 and 0; that of their mean, 1, would be 0."""
    patches = tf.reshape(tf.constant([3.0, -1.0] * 3), (3, 2, 1, 1))
    terms = objectives(loss="hinge").discriminator(step(judge=lambda _: patches))
    assert plain(terms) == {"discriminator_loss": 1.0 + 2.0}


def test_the_weight_of_a_sample_is_that_of_each_of_its_patches():
    """Hinge: -Σ w·logit / Σ w over all patches, with the weights 1, 0 and 2 of the samples."""

    @attrs.frozen
    class Weighing(ganreg.Regularizer):
        def generator_weights(self, step):
            return tf.constant([1.0, 0.0, 2.0])

    patches = tf.reshape(tf.constant([3.0, -1.0, 8.0, 8.0, 1.0, 4.0]), (3, 2, 1, 1))
    terms = objectives(Weighing(), loss="hinge").generator(step(judge=lambda _: patches))
    assert plain(terms) == {"generator_loss": -((3 - 1) + 2 * (1 + 4)) / 6}


def test_a_loss_that_needs_reals_gets_them():
    assert plain(objectives(loss=Differences()).generator(step())) == {"generator_loss": 0.5 + 2 / 3}


@pytest.mark.parametrize("value", [2.5, [2.0, 3.0, 2.5]])
def test_a_penalty_is_a_scalar_or_one_value_a_sample(value):
    regularized = objectives(Constant(value=value))
    assert float(regularized.discriminator(step())["discriminator/r0"]) == pytest.approx(2.5)
    assert float(regularized.generator(step())["generator/r0"]) == pytest.approx(-2.5)


def test_each_penalty_is_a_term_of_its_own():
    terms = objectives(Constant(value=1.0), Constant(value=2.0)).discriminator(step())
    assert list(terms) == ["discriminator_loss", "discriminator/r0", "discriminator/r1"]
    assert float(terms["discriminator/r1"]) == 2.0


def test_a_penalty_may_stand_instead_of_the_generators_loss():
    assert list(objectives(Constant(replace=True)).generator(step())) == ["generator/r0"]
    assert "discriminator_loss" in objectives(Constant(replace=True)).discriminator(step())


@pytest.mark.parametrize("every", [2, 3, 5])
def test_a_lazy_penalty_counts_each_nth_update_n_times(every):
    regularized = objectives(Constant(value=0.5, every=every))
    values = [float(regularized.discriminator(step(update))["discriminator/r0"]) for update in range(2 * every)]
    assert values == ([0.5 * every] + [0.0] * (every - 1)) * 2
    assert np.mean(values) == pytest.approx(0.5)


def test_a_lazy_penalty_costs_nothing_when_it_is_not_due():
    calls = []

    def judge(samples):
        calls.append(samples)
        return samples

    lazy = objectives(ganreg.create("regularizer", "wgan-gp:every=2"))
    counts = []
    for update in (0, 1):
        calls.clear()
        lazy.discriminator(step(update, judge))
        counts.append(len(calls))
    assert counts == [3, 2]


def test_two_lazy_penalties_share_a_pass_in_their_branches():
    """R1 of a critic with slope 2 is gamma/2 · 4; one is due each second update, one each third."""
    lazy = objectives(*(ganreg.create("regularizer", f"r1:weight=1,every={every}") for every in (2, 3)))

    @tf.function(autograph=False)
    def run(update):
        return lazy.discriminator(step(update, lambda samples: 2 * samples))

    found = [[float(run(tf.constant(update))[f"discriminator/r{i}"]) for i in (0, 1)] for update in range(6)]
    assert found == [[4.0, 6.0], [0.0, 0.0], [4.0, 0.0], [0.0, 6.0], [4.0, 0.0], [0.0, 0.0]]


def test_devices_share_the_mean(strategy):
    replicas = Replicas(strategy)
    shared = Objectives(member(ganreg.create("loss", "wasserstein")), [member(Constant(value=3.0), "r0")], replicas)
    found = tf.function(lambda: replicas.run(lambda: shared.discriminator(step())), autograph=False)()
    assert plain(found) == {"discriminator_loss": -7 / 12, "discriminator/r0": 1.5}


@pytest.mark.parametrize(
    "regularizers", [(), (Constant(),), (Constant(), Constant()), (Constant(replace=True),)], ids=len
)
def test_log_names_are_what_is_logged(regularizers):
    made = objectives(*regularizers)
    tensors = step(player="both")
    logged = made.discriminator(tensors) | made.generator(tensors) | accuracy(made.loss.implementation, tensors)
    assert sorted(made.log_names) == sorted(logged)


def test_accuracy_at_a_boundary_of_zero():
    """Reals 2 and 0.5 of three are above 0; of the fakes -3 alone is below, as 0 itself is undecided."""
    found = accuracy(ganreg.create("loss", "hinge"), step())
    assert plain(found) == {"real_accuracy": 2 / 3, "fake_accuracy": 1 / 3}


def test_accuracy_at_the_boundary_of_a_loss():
    """Least squares is undecided at 0.5: the real of 0.5 no longer counts, the fake of 0 does."""
    found = accuracy(ganreg.create("loss", "least-squares"), step())
    assert plain(found) == {"real_accuracy": 1 / 3, "fake_accuracy": 2 / 3}


@pytest.mark.parametrize("offset", [0.0, 100.0, -100.0])
def test_accuracy_without_a_boundary_does_not_change_with_an_offset(offset):
    """The midpoint of the means, 0.5 and -2/3, is -1/12: two reals are above, one fake is below."""
    found = accuracy(ganreg.create("loss", "wasserstein"), step(judge=lambda samples: samples + offset))
    assert plain(found) == {"real_accuracy": 2 / 3, "fake_accuracy": 1 / 3}


@pytest.mark.parametrize("method", ["discriminator_penalty", "generator_penalty"])
def test_a_penalty_that_fails_is_named(parts, method):
    made = Objectives(
        member(ganreg.create("loss", "hinge")), [Part(parts.Broken(where=method), "x", origin="regularizer 'x' of y")]
    )
    with pytest.raises(ganreg.PluginError, match=f"regularizer 'x' of y failed in {method}: KeyError: 'lost screw'"):
        getattr(made, method.partition("_")[0])(step())
