"""What an exported network takes and makes."""

import keras
import numpy as np
import pytest

from ganreg.errors import SpecError
from ganreg.export.networks import exportable


def test_samples_are_float32_in_the_data_s_own_range(gan, latents):
    """A copy in float32 makes what the trained one makes in bfloat16, up to its precision."""
    model = exportable(gan.players)
    assert [(one.name, one.dtype) for one in model.inputs] == [("latents", "float32"), ("labels", "int32")]
    assert {layer.compute_dtype for layer in model._flatten_layers()} <= {"float32", None}
    assert model.output_shape == (None, 2, 2, 1)
    samples = np.asarray(model(list(latents)))
    assert samples.dtype == np.float32
    kernel, bias, last, last_bias = (np.asarray(one) for one in gan.average_generator.get_weights())
    hidden = np.maximum(np.hstack([latents[0], np.eye(3, dtype=np.float32)[latents[1]]]) @ kernel + bias, 0)
    expected = (np.tanh(hidden @ last + last_bias) + 1) * 127.5
    np.testing.assert_allclose(samples, expected.reshape(5, 2, 2, 1), rtol=1e-5, atol=1e-3)
    np.testing.assert_allclose(samples, np.asarray(gan(*latents), np.float32), atol=5)
    assert keras.config.dtype_policy().name == "float32"


def test_sources_are_in_their_own_range_too(translating):
    sources = np.random.default_rng(0).uniform(0, 4, (5, 2)).astype(np.float32)
    model = exportable(translating.players)
    assert [one.name for one in model.inputs] == ["source"]
    np.testing.assert_allclose(np.asarray(model(sources)), translating.translate(sources), atol=1e-6)


def test_another_network_of_the_game_can_be_named(translating):
    samples = np.random.default_rng(0).uniform(0, 1, (5, 3)).astype(np.float32)
    model = exportable(translating.players, "inverse")
    np.testing.assert_allclose(np.asarray(model(samples)), translating.translate(samples, network="inverse"), atol=1e-6)


def test_the_last_iterate_or_the_average(translating):
    sources = np.ones((2, 2), np.float32)
    average = translating.average_networks["generator"]
    kept = average.get_weights()
    average.set_weights([value * 0 + 1 for value in kept])
    try:
        for which in (True, False):
            made = np.asarray(exportable(translating.players, average=which)(sources))
            np.testing.assert_allclose(made, translating.translate(sources, average=which), atol=1e-6)
    finally:
        average.set_weights(kept)


def test_a_keras_policy_of_the_program_is_not_exported(latents):
    """Without a precision of its own, a GAN follows Keras's."""
    import ganreg

    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        gan = ganreg.assemble(
            generator="mlp:latent_dim=3,widths=[4]", discriminator="mlp:widths=[4]", data="gaussian-1d", batch_size=4
        )
        model = exportable(gan.players)
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
    finally:
        keras.config.set_dtype_policy("float32")
    assert {layer.compute_dtype for layer in model._flatten_layers()} <= {"float32", None}


def test_discriminators_and_unknown_networks_are_refused(translating):
    with pytest.raises(SpecError, match=r"makes no samples; export it with Keras: .*choose from generator, inverse"):
        exportable(translating.players, translating.assembly.judges[0])
    with pytest.raises(SpecError, match="there is no network 'invers'; did you mean 'inverse'"):
        exportable(translating.players, "invers")
