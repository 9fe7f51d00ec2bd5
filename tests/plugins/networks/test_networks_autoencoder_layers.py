import numpy as np
import pytest
from ganreg_networks.autoencoder_layers import ReconstructionEnergy


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def close(expected, computed):
    np.testing.assert_allclose(np.asarray(computed, "float64"), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("error", ["mean-squared", "mean-absolute"])
def test_reconstruction_energy_is_minus_the_mean_error_and_never_above_0(error):
    samples, reconstructions = normal(4, 3, 2), normal(4, 3, 2, seed=1)

    computed = ReconstructionEnergy(error)([samples.astype("float32"), reconstructions.astype("float32")])

    difference = (samples - reconstructions).reshape(4, -1)
    errors = difference**2 if error == "mean-squared" else np.abs(difference)
    close(-errors.mean(axis=1, keepdims=True), computed)
    close(0, ReconstructionEnergy(error)([samples, samples]))


def test_the_energy_is_float32_whatever_the_samples_are():
    samples = normal(4, 3).astype("float16")

    assert ReconstructionEnergy("mean-squared")([samples, samples]).dtype == "float32"
