"""The extractor `model`: any Keras model in a file."""

from __future__ import annotations

import difflib
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import attrs

from ganreg import DataError, DataSpec, Extractor, Features, Source, parameter
from ganreg.lazy import keras, tf


@attrs.frozen(kw_only=True)
class ModelFile(Extractor):
    """The output of a Keras model, or of one of its layers, flattened: `FILE.keras` or `model:file=FILE.keras`.

    The model takes samples in the range of the dataset. It is loaded in Keras's safe mode, which refuses files that
    contain code. Metrics that compare class probabilities use the output of the model, whatever `layer` is.
    """

    gives_probabilities: ClassVar[bool] = True
    gives_few_features: ClassVar[bool] = True
    reads: ClassVar[Mapping[str, str]] = {".keras": "file"}

    file: Path = parameter(Path(), "the model, a file that ends in .keras")
    layer: str = parameter("", "name of the layer whose output is used; empty for the output of the model")

    def prepare(self, source: Source) -> Features:
        """Loads the model.

        Raises:
            DataError: the file cannot be read, or its model cannot be used with such samples.
        """
        if self.file == Path():
            raise DataError("extractor 'model' needs a file: use --features FILE.keras or model:file=FILE.keras")
        path = self.file.expanduser()
        model = load(path)
        network = self._fitted(model, source.spec)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Features(
            description=f"{path.name}, layer {self.layer}" if self.layer else path.name,
            extract=tf.function(lambda x: _flat(network(x, training=False)), autograph=False),
            classify=tf.function(lambda x: _flat(model(x, training=False)), autograph=False),
            network=network,
            facts=(digest, keras.__version__, tf.__version__),
        )

    def network(self, data: DataSpec) -> keras.Model:
        """Loads the model, up to the layer whose output is used.

        Args:
            data: describes the samples that it must take.

        Raises:
            DataError: the file cannot be read, or its model cannot be used with such samples.
        """
        return self._fitted(load(self.file.expanduser()), data)

    def _fitted(self, model: keras.Model, data: DataSpec) -> keras.Model:
        path = self.file.expanduser()
        network = model if not self.layer else _up_to(model, self.layer, path)
        _try(network, data, path)
        return network


def load(path: Path) -> keras.Model:
    """Loads a model without running code from its file.

    Raises:
        DataError: the file is missing, does not contain a Keras model, contains code, or contains no weights yet.
    """
    if not path.is_file():
        raise DataError(f"extractor 'model': there is no file {path}")
    try:
        model = keras.models.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"extractor 'model': cannot load {path} in safe mode: {_in_short(error)}") from error
    if not model.built:
        raise DataError(
            f"extractor 'model': {path} was saved before the model was built, so that it has no inputs and no weights; "
            "start the model with keras.Input(shape), or call it on samples, and save it again"
        )
    model.trainable = False
    return model


def _up_to(model: keras.Model, layer: str, path: Path) -> keras.Model:
    names = [each.name for each in model.layers]
    if layer not in names:
        near = difflib.get_close_matches(layer, names) or names
        raise DataError(f"extractor 'model': {path} has no layer '{layer}'; did you mean {' or '.join(near)}?")
    inputs = model.inputs[0] if len(model.inputs) == 1 else model.inputs
    return keras.Model(inputs, model.get_layer(layer).output, name="features")


def _try(network: keras.Model, data: DataSpec, path: Path) -> None:
    """Raises `DataError` if a model does not take such samples, or does not have exactly one output per sample."""
    try:
        answer = network(tf.zeros((2, *data.shape)), training=False)
    except Exception as error:  # each layer has its own ways of refusing
        shape = "x".join(map(str, data.shape))
        reason = _in_short(error)
        raise DataError(f"extractor 'model': {path} does not take samples of shape {shape}: {reason}") from error
    outputs = tf.nest.flatten(answer)
    if len(outputs) != 1 or outputs[0].shape[0] != 2:
        raise DataError(
            f"extractor 'model': {path} must have one output per sample, not {len(outputs)}; choose one with layer="
        )


def _flat(answer: Any) -> tf.Tensor:
    (output,) = tf.nest.flatten(answer)
    return tf.cast(tf.reshape(output, (output.shape[0], -1)), tf.float32)


def _in_short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
