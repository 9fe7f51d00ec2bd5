"""R2 looks at generated samples; everything else that it shares with R1 is tested there."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.r2 import R2

from ganreg.testing import discriminator_step


def test_looks_at_generated_samples_only():
    """The gradient of Σ x² is 2x: the penalty of zeros is 0."""

    def discriminator(samples, training):
        return tf.reduce_sum(samples**2, axis=1, keepdims=True)

    step = discriminator_step(discriminator, real=np.zeros((4, 2)), fake=np.full((4, 2), 1.5))
    np.testing.assert_allclose(R2(weight=1.0).discriminator_penalty(step), 2 * 9 / 2, rtol=1e-6)


def test_default_and_bounds():
    assert R2().weight == 10.0
    assert R2.bounds_slope
    with pytest.raises(ValueError, match="weight"):
        R2(weight=-1.0)
