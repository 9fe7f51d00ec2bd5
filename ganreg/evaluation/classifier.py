"""The extractor `classifier`: a small network that has learnt the data set's own labels."""

from __future__ import annotations

import functools
import logging
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import attrs
import keras
import numpy as np
import tensorflow as tf

from ganreg.data.arrays import Array, Data, fingerprint
from ganreg.errors import DataError
from ganreg.evaluation.cache import cached_file, cached_values, key_of
from ganreg.evaluation.classifier_network import VERSION, accuracy_of, build, train
from ganreg.evaluation.extractors import Extractor, Features, Source, in_chunks

Run = Callable[[Array], Array]

_log = logging.getLogger("ganreg")
_HELD_OUT = 10
"""One sample in so many is held out to test the network with, where the data set holds none out."""


@attrs.frozen(kw_only=True)
class Classifier(Extractor):
    """The last hidden layer of a network that was trained on the data set's labels, 64 features.

    It learns from the part to train on, is tested on the held-out part, and is kept for later. Where a sample's
    channels are images of a labelled data set (`Dataset.channel_data`), a classifier of that one looks at each channel.
    """

    def prepare(self, source: Source) -> Features:
        """Trains the network, or finds it in the cache.

        Raises:
            DataError: there are no labels to learn.
        """
        single = None if source.dataset is None else source.dataset.channel_data()
        labelled, known_by = source.data, source.fingerprint
        if single is not None:
            labelled = single.load()
            known_by = fingerprint(labelled)
        if labelled.train_labels is None:
            raise DataError(
                "features 'classifier' come of learning the data's labels, and it has none; "
                "take --features pixels, or a Keras model: --features FILE.keras"
            )
        key = key_of("classifier", VERSION, known_by, tf.__version__, keras.__version__)
        parts = _parts(labelled)
        model = cached_file(key, ".keras", _read, lambda: _trained(labelled, parts), lambda made, path: made.save(path))
        tested = cached_values(f"{key}-test", lambda: {"accuracy": accuracy_of(model, parts.test, parts.test_labels)})
        hidden = keras.Model(model.input, model.layers[-2].output)
        of_channels = _each_channel if single is not None else _whole
        return Features(
            name="classifier",
            description=f"classifier (test accuracy {tested['accuracy']:.3f})",
            key=f"{key}/{of_channels.__name__}",
            extract=of_channels(in_chunks(lambda x: hidden(x, training=False)), joint=False),
            classify=of_channels(in_chunks(lambda x: model(x, training=False)), joint=True),
        )


def _whole(run: Run, *, joint: bool) -> Run:
    return run


def _each_channel(run: Run, *, joint: bool) -> Run:
    """Runs on one channel after the other: features side by side, or the probabilities of all combinations."""

    def on_channels(samples: Array) -> Array:
        answers = [run(samples[..., channel : channel + 1]) for channel in range(samples.shape[-1])]
        if not joint:
            return np.concatenate(answers, axis=1)
        return functools.reduce(lambda x, y: (x[:, :, None] * y[:, None, :]).reshape(len(x), -1), answers)

    return on_channels


class _Parts(NamedTuple):
    train: Array
    train_labels: Array
    test: Array
    test_labels: Array


def _parts(data: Data) -> _Parts:
    """What to learn from and what to be tested on, also where the data set holds nothing out."""
    labels = np.asarray(data.train_labels)
    if data.test is not None and data.test_labels is not None:
        return _Parts(data.train, labels, data.test, data.test_labels)
    order = np.random.default_rng(0).permutation(len(labels))
    held_out, rest = np.split(order, [max(1, len(order) // _HELD_OUT)])
    return _Parts(data.train[rest], labels[rest], data.train[held_out], labels[held_out])


def _trained(data: Data, parts: _Parts) -> keras.Model:
    _log.info("training the classifier whose features are compared; it is kept for later")
    model = build(data.spec)
    train(model, parts.train, parts.train_labels)
    return model


def _read(path: Path) -> keras.Model | None:
    """The model in a file; `None` where there is none, or it is not as it was written, which its checksums tell."""
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
