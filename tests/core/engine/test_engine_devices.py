"""What an assembly means for the devices that share its batches."""

import numpy as np
import pytest

import ganreg
from ganreg.engine.devices import depends_on_devices, synchronize_batch_norm, synchronizes_batch_norm
from ganreg.engine.replicas import assembling_on
from ganreg.errors import AssemblyError


class NeedsAll(ganreg.Regularizer):
    """Cannot be shared."""

    needs_one_device = "looks at everything"


class SeesBatch(ganreg.Regularizer):
    """Looks at the whole batch."""

    sees_batch = True


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"batch_size": 15}, "batch of 15 samples cannot be shared evenly by 2 devices; use a batch size of 16"),
        ({"batch_size": 18, "regularizers": ["packing:samples=3"]}, None),
        ({"batch_size": 15, "regularizers": ["packing:samples=3"]}, "in packs of 3; use a batch size of 12"),
        ({"regularizers": [NeedsAll()]}, "NeedsAll.* looks at everything; leave it out, or train on one device"),
    ],
)
def test_what_several_devices_cannot_share_is_refused(small, strategy, options, said):
    small(**options)
    with assembling_on(strategy):
        if said is None:
            assert small(**options).players.replicas.count == 2
        else:
            with pytest.raises(AssemblyError, match=said):
                small(**options)


def test_what_depends_on_the_devices_is_named(small):
    def named(gan):
        return [origin.split("'")[1] for origin in depends_on_devices(gan.assembly, gan.networks)]

    assert named(small(regularizers=["r1", "packing", "feature-matching"])) == []
    assert named(small(regularizers=[SeesBatch(), "r1"])) == ["unregistered/SeesBatch"]
    normalized = small(generator="mlp:latent_dim=3,widths=[8],norm=batch")
    assert named(normalized) == ["mlp"]
    for layer in normalized.generator.layers:
        layer.synchronized = True
    assert named(normalized) == []


def test_batch_normalisation_is_synchronised_on_several_devices_only(small, strategy):
    options = {"generator": "mlp:latent_dim=3,widths=[8],norm=batch"}
    alone, bare = small(**options), small()
    with assembling_on(strategy):
        shared = small(**options)
    for gan in (alone, shared):
        assert not synchronizes_batch_norm(gan.networks)
        gan.synchronize_batch_norm()
    assert not synchronizes_batch_norm(alone.networks)
    assert synchronizes_batch_norm(shared.networks)
    assert not synchronizes_batch_norm(bare.networks)
    assert not synchronize_batch_norm(shared.networks, shared.players.replicas)  # nothing is left to change


@pytest.mark.slow
def test_synchronised_batch_normalisation_is_that_of_one_device(small, strategy, points):
    # A bias before batch normalisation has no gradient; Adam would turn the rounding of zero into whole steps.
    rates = dict.fromkeys(("generator_optimizer", "discriminator_optimizer"), "sgd:learning_rate=0.1")
    networks = {"generator": "mlp:latent_dim=3,widths=[8],norm=batch", "discriminator": "mlp:widths=[8],norm=batch"}
    options = networks | rates
    alone = small(**options)
    with assembling_on(strategy):
        shared = small(**options)
    shared.synchronize_batch_norm()
    for gan in (alone, shared):
        gan.fit(points, steps=4, verbose=0, execution="graph")
    for one, other in zip(alone.generator.variables, shared.generator.variables, strict=True):
        np.testing.assert_allclose(other.numpy(), one.numpy(), atol=2e-6)
