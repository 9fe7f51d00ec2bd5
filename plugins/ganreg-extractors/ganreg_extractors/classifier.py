"""The extractor `classifier`: a small network that has learnt the dataset's own labels."""

from __future__ import annotations

import functools
import logging
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, NamedTuple

import attrs
import numpy as np

from ganreg import Data, DataError, Dataset, DataSpec, Extractor, Features, Source
from ganreg.lazy import keras, lazy_module, tf

network = lazy_module("ganreg_extractors.classifier_network")

_log = logging.getLogger("ganreg")
_HELD_OUT = 10
"""One sample in ten is held out to test the network with if the dataset holds none out."""


@attrs.frozen(kw_only=True)
class Classifier(Extractor):
    """The last hidden layer of a network that is trained on the dataset's labels: 64 features.

    The network learns from the training samples and is tested on the held-out samples, and is then cached. If the
    channels of a sample are images of a labelled dataset (`Dataset.channel_data`), a classifier of that dataset is
    applied to each channel: features are concatenated, and probabilities are those of all combinations of classes.
    """

    gives_probabilities: ClassVar[bool] = True
    gives_few_features: ClassVar[bool] = True

    def suits(self, data: DataSpec, dataset: Dataset | None) -> int:
        """It suits signals, images and volumes with labels."""
        return 2 if len(data.shape) > 1 and data.num_classes is not None else 0

    def prepare(self, source: Source) -> Features:
        """Trains the network, or loads it from the cache.

        Raises:
            DataError: there are no labels to learn.
        """
        channels = None if source.dataset is None else source.dataset.channel_data()
        learnt = source if channels is None else Source.of(channels.load(), channels)
        if learnt.data.train_labels is None:
            raise DataError(
                "extractor 'classifier' learns the labels of the data, which has none; "
                "use --features pixels, or a Keras model: --features FILE.keras"
            )
        parts = _parts(learnt.data)
        facts = (network.VERSION, learnt.fingerprint, tf.__version__, keras.__version__)
        model = source.cache.file(
            ".keras",
            *facts,
            make=lambda: _trained(learnt.spec, parts),
            write=lambda made, path: made.save(path),
            read=_read,
        )
        hidden = keras.Model(model.input, model.layers[-2].output, name="features")
        one = Features(
            description="classifier",
            extract=tf.function(lambda x: hidden(x, training=False), autograph=False),
            classify=tf.function(lambda x: model(x, training=False), autograph=False),
            network=hidden,
            facts=facts,
        )
        tested = source.cache.numbers("accuracy", *facts, make=lambda: {"accuracy": _accuracy(one, parts)})
        described = attrs.evolve(one, description=f"classifier (test accuracy {tested['accuracy']:.3f})")
        return described if channels is None else _of_each_channel(described)


class _Parts(NamedTuple):
    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray


def _parts(data: Data) -> _Parts:
    """Returns the samples to learn from and to test with; a tenth is held out if the dataset holds none out."""
    labels = np.asarray(data.train_labels)
    if data.test is not None and data.test_labels is not None:
        return _Parts(data.train, labels, data.test, data.test_labels)
    order = np.random.default_rng(0).permutation(len(labels))
    held_out, rest = np.split(order, [max(1, len(order) // _HELD_OUT)])
    return _Parts(data.train[rest], labels[rest], data.train[held_out], labels[held_out])


def _trained(data: DataSpec, parts: _Parts) -> keras.Model:
    _log.info("training the classifier whose features are compared; it is cached for later evaluations")
    model = network.build(data)
    network.train(model, parts.train, parts.train_labels)
    return model


def _read(path: Path) -> keras.Model | None:
    """Returns the model in a file; `None` if the file is missing or does not match its checksums."""
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None


def _accuracy(features: Features, parts: _Parts) -> float:
    return float((features.probabilities(parts.test).argmax(axis=1) == parts.test_labels).mean())


def _of_each_channel(features: Features) -> Features:
    """Applies a classifier of one channel to each channel."""

    def each(function: Callable[[np.ndarray], tf.Tensor], samples: np.ndarray) -> list[np.ndarray]:
        return [np.asarray(function(samples[..., channel : channel + 1])) for channel in range(samples.shape[-1])]

    def joint(samples: np.ndarray) -> np.ndarray:
        answers = each(features.classify or features.extract, samples)
        return functools.reduce(lambda x, y: (x[:, :, None] * y[:, None, :]).reshape(len(x), -1), answers)

    return attrs.evolve(
        features,
        extract=lambda samples: np.concatenate(each(features.extract, samples), axis=1),
        classify=joint,
        network=None,
        facts=("each channel", features.facts),
    )
