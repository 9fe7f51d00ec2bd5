"""Training on single batches."""

import numpy as np
import pytest

import ganreg
from ganreg.engine.running.single_batches import batch_size_of, batches_per_iteration, train

X = np.array([[0.5], [1.5]], np.float32)


def test_one_iteration_of_the_dirac_gan(dirac):
    """D(x) = psi·x under the Wasserstein loss: psi += rate·(mean(x) - theta), theta += rate·psi."""
    gan = dirac("wasserstein", regularizers=["weight-clipping:limit=9"], theta=3.0, psi=-2.0, rate=0.1)
    train(gan.programs, gan.batches_of(X, shuffle=False))
    assert gan.discriminator.weights[0].numpy().item() == pytest.approx(-2.0 + 0.1 * (1.0 - 3.0))
    assert gan.generator.weights[0].numpy().item() == pytest.approx(3.0 + 0.1 * -2.0)
    assert int(gan.iterations) == 1


def test_a_value_that_is_not_finite_is_named(dirac):
    gan = dirac(theta=np.inf)
    with pytest.raises(ganreg.NumericalError, match="the discriminator's gradient became NaN at update 1"):
        train(gan.programs, gan.batches_of(X, shuffle=False))


def test_an_iteration_may_take_several_batches(dirac):
    programs = dirac(schedule="alternating:discriminator_steps=3").programs
    assert batches_per_iteration(programs) == 3
    assert batch_size_of(np.zeros((6, 1)), 3) == 2
    with pytest.raises(
        ganreg.DataError, match="takes 3 batches, so the number of samples must be a multiple of 3, got 4"
    ):
        batch_size_of(np.zeros((4, 1)), 3)


def test_what_has_no_length_is_no_batch():
    with pytest.raises(ganreg.DataError, match="a single batch must be an array of samples, got generator"):
        batch_size_of((one for one in X), 1)


def test_a_schedule_in_epochs_is_refused(dirac):
    gan = dirac(schedule="alternating:unit=epochs")
    with pytest.raises(ganreg.SpecError, match="the schedule counts in epochs"):
        gan.train_on_batch(X)
