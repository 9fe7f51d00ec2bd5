"""The workloads' networks as functions of parameters, in JAX.

`networks_of` returns, for each network, its parameters, the moving averages of its batch normalisation, and a function
`apply(parameters, averages, inputs)` that returns outputs and new averages.
"""

from __future__ import annotations

import itertools
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax, nn
from workloads import Workload

from peers.widths import widths_of

Network = tuple[Any, Any, Any]
_FORMAT = ("NHWC", "HWIO", "NHWC")


def networks_of(workload: Workload) -> tuple[Network, Network]:
    """Returns the generator and the discriminator of a workload; the discriminator returns logits `[B, 1]`."""
    return {"mlp": _perceptrons, "dcgan": _convolutions, "resnet": _residual}[workload.network](workload)


class _Layers:
    """Makes parameters with initializers, in the order in which layers are added."""

    def __init__(self, seed: int) -> None:
        self._key = jax.random.key(seed)

    def dense(self, fan_in: int, fan_out: int, initializer: Any = None, *, bias: bool = True) -> dict:
        return self._weights((fan_in, fan_out), initializer or nn.initializers.glorot_uniform(), bias=bias)

    def convolution(self, side: int, fan_in: int, fan_out: int, initializer: Any, *, bias: bool = True) -> dict:
        return self._weights((side, side, fan_in, fan_out), initializer, bias=bias)

    def _weights(self, shape: tuple[int, ...], initializer: Any, *, bias: bool) -> dict:
        self._key, own = jax.random.split(self._key)
        return {"kernel": initializer(own, shape)} | ({"bias": jnp.zeros(shape[-1])} if bias else {})


def _perceptrons(workload: Workload) -> tuple[Network, Network]:
    def network(seed: int, inputs: int, outputs: int, activation: Any, last: Any) -> Network:
        layers, sizes = _Layers(seed), [inputs, *[workload.width] * workload.layers, outputs]
        parameters = [layers.dense(*pair) for pair in itertools.pairwise(sizes)]

        def apply(parameters: Any, averages: Any, hidden: Any) -> tuple[Any, Any]:
            for layer in parameters[:-1]:
                hidden = activation(_dense(layer, hidden))
            return last(_dense(parameters[-1], hidden)), averages

        return parameters, [], apply

    size = workload.shape[0]
    return (
        network(0, workload.latent_dim, size, nn.relu, jnp.tanh),
        network(1, size, 1, lambda hidden: nn.leaky_relu(hidden, 0.2), lambda logits: logits),
    )


def _convolutions(workload: Workload) -> tuple[Network, Network]:
    widths, channels = widths_of(workload), workload.shape[-1]
    start, layers = workload.shape[0] >> len(widths), _Layers(0)
    small, he = nn.initializers.normal(0.02), nn.initializers.he_normal()
    outputs = [*reversed(widths[:-1]), channels]
    generator = {
        "dense": layers.dense(workload.latent_dim, start * start * widths[-1], small, bias=False),
        "norms": [_norm(width) for width in reversed(widths)],
        "convolutions": [
            layers.convolution(4, fan_in, fan_out, small, bias=fan_out == channels)
            for fan_in, fan_out in zip(reversed(widths), outputs, strict=True)
        ],
    }
    averages = [_averages(width) for width in reversed(widths)]

    def generate(parameters: Any, averages: Any, latents: Any) -> tuple[Any, Any]:
        hidden, kept = _dense(parameters["dense"], latents).reshape(-1, start, start, widths[-1]), []
        for norm, average, layer in zip(parameters["norms"], averages, parameters["convolutions"], strict=True):
            normal, updated = _normalized(norm, average, hidden)
            kept.append(updated)
            # As Keras computes it: the gradient of a strided convolution with respect to its input.
            hidden = lax.conv_transpose(
                nn.relu(normal), layer["kernel"], (2, 2), "SAME", dimension_numbers=_FORMAT, transpose_kernel=False
            ) + layer.get("bias", 0.0)
        return jnp.tanh(hidden), kept

    layers = _Layers(1)
    discriminator = {
        "convolutions": [
            layers.convolution(4, fan_in, fan_out, he)
            for fan_in, fan_out in zip([channels, *widths[:-1]], widths, strict=True)
        ],
        "dense": layers.dense(start * start * widths[-1], 1, he),
    }

    def discriminate(parameters: Any, averages: Any, hidden: Any) -> tuple[Any, Any]:
        for layer in parameters["convolutions"]:
            hidden = nn.leaky_relu(_convolved(layer, hidden, 2), 0.2)
        return _dense(parameters["dense"], hidden.reshape(len(hidden), -1)), averages

    return (generator, averages, generate), (discriminator, [], discriminate)


def _residual(workload: Workload) -> tuple[Network, Network]:
    widths, channels = widths_of(workload), workload.shape[-1]
    start, layers = workload.shape[0] >> len(widths), _Layers(0)
    wide, plain = (nn.initializers.variance_scaling(gain, "fan_avg", "uniform") for gain in (2.0, 1.0))

    def block(fan_in: int, fan_out: int, *, shortcut: bool = True) -> dict:
        convolutions = [layers.convolution(3, fan_in, fan_out, wide), layers.convolution(3, fan_out, fan_out, wide)]
        return {"convolutions": convolutions} | (
            {"shortcut": layers.convolution(1, fan_in, fan_out, plain)} if shortcut else {}
        )

    pairs = list(zip([widths[-1], *reversed(widths[1:])], reversed(widths), strict=True))
    generator = {
        "dense": layers.dense(workload.latent_dim, start * start * widths[-1]),
        "blocks": [block(*pair) | {"norms": [_norm(width) for width in pair]} for pair in pairs],
        "norm": _norm(widths[0]),
        "last": layers.convolution(3, widths[0], channels, plain),
    }
    averages = [[_averages(width) for width in pair] for pair in pairs] + [[_averages(widths[0])]]

    def generate(parameters: Any, averages: Any, latents: Any) -> tuple[Any, Any]:
        hidden, kept = _dense(parameters["dense"], latents).reshape(-1, start, start, widths[-1]), []
        for one, before in zip(parameters["blocks"], averages[:-1], strict=True):
            residual, first = _normalized(one["norms"][0], before[0], hidden)
            residual = _convolved(one["convolutions"][0], _doubled(nn.relu(residual)))
            residual, second = _normalized(one["norms"][1], before[1], residual)
            residual = _convolved(one["convolutions"][1], nn.relu(residual))
            hidden = residual + _doubled(_convolved(one["shortcut"], hidden))
            kept.append([first, second])
        hidden, average = _normalized(parameters["norm"], averages[-1][0], hidden)
        return jnp.tanh(_convolved(parameters["last"], nn.relu(hidden))), [*kept, [average]]

    layers = _Layers(1)
    discriminator = {
        "first": block(channels, widths[0]),
        "blocks": [block(*pair) for pair in itertools.pairwise(widths)],
        "last": block(widths[-1], widths[-1], shortcut=False),
        "dense": layers.dense(widths[-1], 1),
    }

    def discriminate(parameters: Any, averages: Any, images: Any) -> tuple[Any, Any]:
        first = parameters["first"]
        residual = _convolved(first["convolutions"][1], nn.relu(_convolved(first["convolutions"][0], images)))
        hidden = _halved(residual) + _convolved(first["shortcut"], _halved(images))
        for one in parameters["blocks"]:
            hidden = _halved(_twice(one, hidden)) + _convolved(one["shortcut"], _halved(hidden))
        hidden = nn.relu(hidden + _twice(parameters["last"], hidden))
        return _dense(parameters["dense"], hidden.sum((1, 2))), averages

    return (generator, averages, generate), (discriminator, [], discriminate)


def _dense(layer: dict, hidden: Any) -> Any:
    return hidden @ layer["kernel"] + layer.get("bias", 0.0)


def _convolved(layer: dict, hidden: Any, stride: int = 1) -> Any:
    maps = lax.conv_general_dilated(hidden, layer["kernel"], (stride, stride), "SAME", dimension_numbers=_FORMAT)
    return maps + layer["bias"]


def _twice(block: dict, hidden: Any) -> Any:
    for layer in block["convolutions"]:
        hidden = _convolved(layer, nn.relu(hidden))
    return hidden


def _doubled(maps: Any) -> Any:
    return jnp.repeat(jnp.repeat(maps, 2, axis=1), 2, axis=2)


def _halved(maps: Any) -> Any:
    batch, height, width, channels = maps.shape
    return maps.reshape(batch, height // 2, 2, width // 2, 2, channels).mean((2, 4))


def _norm(width: int) -> dict:
    return {"scale": jnp.ones(width), "shift": jnp.zeros(width)}


def _averages(width: int) -> dict:
    return {"mean": jnp.zeros(width), "variance": jnp.ones(width)}


def _normalized(norm: dict, averages: dict, hidden: Any) -> tuple[Any, Any]:
    mean, variance = hidden.mean((0, 1, 2)), hidden.var((0, 1, 2))
    kept = {"mean": mean, "variance": variance}
    averages = {name: 0.9 * averages[name] + 0.1 * lax.stop_gradient(kept[name]) for name in kept}
    return (hidden - mean) * (lax.rsqrt(variance + 1e-3) * norm["scale"]) + norm["shift"], averages
