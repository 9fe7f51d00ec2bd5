"""What an assembly means for the devices that share its batches: what is refused, and what depends on their number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import keras

from ganreg.contract.assembly import Assembly
from ganreg.engine.networks import batch_normalizations
from ganreg.engine.replicas import Replicas
from ganreg.errors import AssemblyError


def refuse_devices(assembly: Assembly, replicas: Replicas) -> None:
    """Checks that the devices can share the batches of an assembly.

    Args:
        assembly: the components.
        replicas: the devices.

    Raises:
        AssemblyError: a batch cannot be shared evenly, or a component needs a single device.
    """
    if replicas.count == 1:
        return
    for part in assembly.all_parts:
        if reason := part.implementation.needs_one_device:
            raise AssemblyError(
                f"{replicas.count} devices cannot share the batches of this GAN: {part.origin} {reason}; "
                "leave it out, or train on one device"
            )
    joined = math.lcm(*(regularizer.pack for regularizer in assembly.regularizers))
    replicas.refuse_batch_size(assembly.recipe.batch_size, pack=joined)


def depends_on_devices(assembly: Assembly, networks: Mapping[str, keras.Model]) -> Sequence[str]:
    """Names what computes something else on another number of devices, because it looks at the whole batch.

    Args:
        assembly: the components.
        networks: the networks by name.

    Returns:
        The origins of components; empty if the numbers agree up to rounding.
    """
    found = [part.origin for part in assembly.all_parts if part.implementation.sees_batch]
    for name, network in networks.items():
        if not all(layer.synchronized for layer in batch_normalizations(network)):
            found.append(assembly.part_of(name).origin)
    return list(dict.fromkeys(found))


def synchronize_batch_norm(networks: Mapping[str, keras.Model], replicas: Replicas) -> bool:
    """Has batch normalisation use the statistics of the whole batch, which costs an exchange for each layer and pass.

    Args:
        networks: the networks by name.
        replicas: the devices. On a single one, the statistics always are those of the whole batch.

    Returns:
        Whether a layer has changed.
    """
    layers = [layer for network in networks.values() for layer in batch_normalizations(network)]
    changed = [layer for layer in layers if not layer.synchronized] if replicas.count > 1 else []
    for layer in changed:
        layer.synchronized = True
    return bool(changed)


def synchronizes_batch_norm(networks: Mapping[str, keras.Model]) -> bool:
    """Whether there is batch normalisation, all of which uses the statistics of the whole batch on several devices."""
    layers = [layer for network in networks.values() for layer in batch_normalizations(network)]
    return bool(layers) and all(layer.synchronized for layer in layers)
