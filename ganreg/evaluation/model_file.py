"""The extractor of any Keras model: `FILE.keras`, or `model:file=FILE.keras,layer=NAME`."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import attrs
import keras
import tensorflow as tf

from ganreg.contract.parameters import parameter
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError, did_you_mean
from ganreg.evaluation.cache import key_of
from ganreg.evaluation.extractors import Extractor, Features, Source, in_chunks
from ganreg.files.writing import sha256_of


@attrs.frozen(kw_only=True)
class ModelFile(Extractor):
    """What a Keras model makes of samples: its output, or that of one of its layers, flattened.

    The model takes samples as the data set gives them, in its range. It is loaded in Keras's safe mode, which refuses
    what would run code of the file's own. Metrics that look at class probabilities take the model's own output.
    """

    file: Path = parameter(Path(), "the model, a file that ends in .keras")
    layer: str = parameter("", "the layer whose output is taken; empty takes the model's own")

    def prepare(self, source: Source) -> Features:
        """Loads the model.

        Raises:
            DataError: it cannot be read or used, or does not take such samples.
        """
        if self.file == Path():
            raise DataError(
                "features 'model' need a file of a model; give --features FILE.keras or model:file=FILE.keras"
            )
        path = self.file.expanduser()
        model = load(path)
        network = model if not self.layer else _up_to(model, self.layer, path)
        _try(network, source.spec, path)
        of_layer = f", layer {self.layer}" if self.layer else ""
        return Features(
            name="model",
            description=f"{path.name}{of_layer}",
            key=key_of("model", sha256_of(path), self.layer, keras.__version__, tf.__version__),
            extract=in_chunks(lambda x: _flat(network(x, training=False))),
            classify=in_chunks(lambda x: _flat(model(x, training=False))),
        )


def load(path: Path) -> keras.Model:
    """Loads a model without running code from its file.

    Raises:
        DataError: the file is missing, is no Keras model, holds code, or no weights yet.
    """
    if not path.is_file():
        raise DataError(f"features: there is no file {path}")
    try:
        model = keras.models.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(f"features: cannot load the Keras model {path} in safe mode: {reason}") from error
    if not model.built:
        raise DataError(
            f"features: the model {path} was saved before it was built, so that it has no inputs and no weights; begin "
            "it with keras.Input(shape), or call it on samples, and save it again"
        )
    model.trainable = False
    return model


def _up_to(model: keras.Model, layer: str, path: Path) -> keras.Model:
    names = [each.name for each in model.layers]
    if layer not in names:
        raise DataError(f"features: the model {path} has no layer '{layer}'; {did_you_mean(layer, names)}")
    return keras.Model(model.inputs, model.get_layer(layer).output)


def _try(network: keras.Model, data: DataSpec, path: Path) -> None:
    """Raises `DataError` where a model does not take such samples, or has not one output a sample."""
    try:
        answer = network(tf.zeros((2, *data.shape)), training=False)
    except Exception as error:  # each layer has its own ways of refusing
        shape, reason = "x".join(map(str, data.shape)), " ".join(str(error).split())[:200]
        raise DataError(f"features: the model {path} does not take samples of {shape}: {reason}") from error
    outputs = tf.nest.flatten(answer)
    if len(outputs) != 1 or outputs[0].shape[0] != 2:
        raise DataError(
            f"features: the model {path} must have one output a sample, and has {len(outputs)}; name a layer= of it"
        )


def _flat(answer: Any) -> tf.Tensor:
    (output,) = tf.nest.flatten(answer)
    return tf.cast(tf.reshape(output, (output.shape[0], -1)), tf.float32)
