"""Checks of generators, translators and discriminators as networks."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganreg.data.arrays import Array
from ganreg.testing.bench import Bench, bench_of, benches
from ganreg.testing.check import MAKERS, NETWORKS, check
from ganreg.testing.failures import CheckFailure, NotApplicableError, require
from ganreg.testing.settings import BATCH, CLASSES, Setting
from ganreg.testing.subject import Subject

_SIZES = (1, 3, BATCH)
_SLACK = 1e-5
_WHAT = {"generator": "latents", "translator": "sources"}
"""What samples are made from, by kind."""


def _inputs(bench: Bench, count: int, *, seed: int = 0) -> Any:
    """A batch of `count` latents, sources or samples, with labels for a conditional network."""
    role = bench.role if bench.subject.kind in NETWORKS else "generator"
    component, draw = getattr(bench.assembly(), role), np.random.default_rng(seed)
    shape = bench.setting.shape if role == "discriminator" else bench.setting.source or (component.latent_dim,)
    values = tf.constant(draw.uniform(-1, 1, (count, *shape)).astype(np.float32))
    if not component.conditional:
        return values
    return [values, tf.constant(draw.integers(CLASSES, size=count).astype(np.int32))]


def _network(bench: Bench) -> keras.Model:
    gan, _ = bench.trained
    model: keras.Model = getattr(gan, bench.role)
    return model


@check(*MAKERS, proves="it makes finite float32 samples of the data's shape and range, which depend on its input")
def makes_samples(subject: Subject) -> None:
    """Calls it with batches of several sizes, with and without `training`."""
    bench = bench_of(subject)
    model = _network(bench)
    for count in _SIZES:
        for training in (False, True):
            samples = model(_inputs(bench, count), training=training)
            require(tf.is_tensor(samples), f"it returns {type(samples).__name__}, not a tensor of samples")
            expected = (count, *bench.setting.shape)
            require(
                tuple(samples.shape) == expected, f"its samples have the shape {tuple(samples.shape)}, not {expected}"
            )
            require(samples.dtype == tf.float32, f"its samples are {samples.dtype.name}, not float32")
            require(np.isfinite(samples).all(), "its samples are not finite")
            _require_range(samples.numpy(), bench.setting)
    others = model(_inputs(bench, BATCH, seed=1))
    same = np.allclose(others, model(_inputs(bench, BATCH)))
    require(not same, f"it makes the same samples from different {_WHAT[subject.kind]}")


def _require_range(samples: Array, setting: Setting) -> None:
    if setting.data.value_range is not None:
        least, greatest = setting.data.value_range
        inside = samples.min() >= least - _SLACK and samples.max() <= greatest + _SLACK
        range_ = f"{samples.min():.3g}..{samples.max():.3g}"
        require(inside, f"its samples range over {range_}, but the data over {least:g}..{greatest:g}")


@check(*MAKERS, proves="a conditional one makes other samples for other labels")
def follows_its_labels(subject: Subject) -> None:
    """Makes samples of two classes from the same input, after two updates on labelled data."""
    subject.instance  # noqa: B018 - raises NotApplicableError if it cannot be created
    bench = next((one for one in benches(subject, training=True) if one.setting.labelled and not one.refusals()), None)
    if bench is None:
        raise NotApplicableError("it refuses labels")
    values, labels = _inputs(bench, BATCH)
    model = _network(bench)
    first, second = (model([values, tf.fill(labels.shape, label)]) for label in (0, 1))
    require(not np.allclose(first, second), "it makes the same samples for different labels")


@check(*MAKERS, proves="outside training, a sample does not depend on the rest of its batch")
def samples_stand_alone(subject: Subject) -> None:
    """Makes the same sample alone and within a batch."""
    bench = bench_of(subject)
    model = _network(bench)
    inputs = _inputs(bench, BATCH)
    alone = [part[:1] for part in inputs] if isinstance(inputs, list) else inputs[:1]
    apart = np.abs(model(inputs)[:1] - model(alone)).max()
    require(apart < 1e-3, f"alone, a sample differs by {apart:.2g} from the same sample in a batch; pass `training` on")


@check("generator", proves="the mapping and the synthesis network that it consists of make its samples together")
def splits_into_its_parts(subject: Subject) -> None:
    """Makes samples in two steps, if it says that it can be split."""
    bench = bench_of(subject)
    model = _network(bench)
    split = bench.assembly().generator.split(model)
    if split is None:
        raise NotApplicableError("it does not consist of a mapping and a synthesis network")
    mapping, synthesis = split
    inputs = _inputs(bench, BATCH)
    apart = np.abs(synthesis(mapping(inputs)) - model(inputs)).max()
    require(apart < 1e-4, f"in two steps, its samples differ by {apart:.2g} from those of the whole network")


@check(
    "discriminator",
    proves="it returns float32 logits, one per sample or patch, and a tuple of its hidden activations",
)
def gives_logits_and_features(subject: Subject) -> None:
    """Calls it with batches of several sizes, with and without `training`."""
    bench = bench_of(subject)
    model = _network(bench)
    for count in _SIZES:
        for training in (False, True):
            _require_output(subject, model(_inputs(bench, count), training=training), count)


def _require_output(subject: Subject, output: Any, count: int) -> None:
    named = isinstance(output, Mapping) and {"logits", "features"} <= set(output)
    require(named, f"it returns {type(output).__name__}, not a dict with 'logits' and 'features'")
    logits, features = output["logits"], output["features"]
    shape = tuple(logits.shape)
    fits = shape == (count, 1) or (len(shape) == 4 and shape[0] == count and shape[-1] == 1)
    require(fits, f"its logits have the shape {shape}, not [B, 1] or [B, h, w, 1]")
    require(logits.dtype == tf.float32, f"its logits are {logits.dtype.name}, not float32")
    require(np.isfinite(logits).all(), "its logits are not finite")
    require(isinstance(features, (tuple, list)) and len(features), "its features are not a tuple of hidden activations")
    for feature in features:
        require(
            feature.shape[0] == count, f"a feature has the shape {tuple(feature.shape)}, without the batch axis first"
        )
    if subject.instance.gives_energy:
        require(np.max(logits) <= _SLACK, "it declares gives_energy, but its logits exceed 0")


@check(*NETWORKS, proves="gradients reach each of its trainable variables, and its input")
def gradients_reach_its_variables(subject: Subject) -> None:
    """Differentiates a randomly weighted sum of its output."""
    bench = bench_of(subject)
    model = getattr(bench.gan(), bench.role)
    inputs = _inputs(bench, BATCH)
    values = inputs[0] if isinstance(inputs, list) else inputs
    variables = [variable.value for variable in model.trainable_variables]
    require(variables, "it has no trainable variables")
    with tf.GradientTape() as tape:
        tape.watch(values)
        output = model(inputs, training=True)
        output = output["logits"] if isinstance(output, Mapping) else output
        weights = np.random.default_rng(1).normal(size=output.shape).astype(np.float32)
        total = tf.reduce_sum(output * weights)
    *gradients, by_input = tape.gradient(total, [*variables, values])
    cut_off = [
        variable.path
        for variable, gradient in zip(model.trainable_variables, gradients, strict=True)
        if gradient is None
    ]
    require(not cut_off, f"no gradient reaches {', '.join(cut_off)}")
    require(by_input is not None and np.any(by_input), "no gradient reaches its input")


@check(*NETWORKS, proves="another seed gives other initial weights")
def depends_on_the_seed(subject: Subject) -> None:
    """Builds it with two seeds."""
    first, second = (_weights(subject, seed) for seed in (1, 2))
    same = all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
    require(not same, "its initial weights are the same for every seed; do its initializers have fixed seeds?")


def _weights(subject: Subject, seed: int) -> list[Array]:
    bench = bench_of(subject)
    model = getattr(bench.gan(seed=seed), bench.role)
    return [variable.numpy() for variable in model.trainable_variables]


@check(*MAKERS, "regularizer", proves="the generator can be exported to a .keras file and loaded without its class")
def exports_the_generator(subject: Subject) -> None:
    """Saves the generator, loads it with Keras, and compares samples."""
    bench = bench_of(subject)
    gan, _ = bench.trained
    if subject.kind == "regularizer" and not _wraps_generator(subject):
        raise NotApplicableError("it does not change the generator")
    inputs = _inputs(bench, BATCH)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generator.keras"
        try:
            gan.generator.save(path)
            again = keras.saving.load_model(path)
        except Exception as error:
            raise CheckFailure(
                f"its export cannot be loaded: {' '.join(str(error).split())[:300]}; "
                "are its layers registered with keras.saving.register_keras_serializable?"
            ) from error
    same = np.allclose(gan.generator(inputs), again(inputs), rtol=1e-4, atol=1e-5)
    require(same, "its export makes different samples")


def _wraps_generator(subject: Subject) -> bool:
    from ganreg.contract.implementation import overrides

    return overrides(subject.instance, "wrap_generator")
