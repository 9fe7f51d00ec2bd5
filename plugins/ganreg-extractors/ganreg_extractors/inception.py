"""The extractor `inception`: InceptionV3 as Keras provides it, on images resized as for published scores."""

from __future__ import annotations

import hashlib
import os
import warnings
from pathlib import Path
from typing import ClassVar

import attrs

from ganreg import DataError, DataSpec, Extractor, Features, Source, parameter
from ganreg.lazy import keras, tf

SIDE = 299
BATCH_SIZE = 32
_FILES = (
    "inception_v3_weights_tf_dim_ordering_tf_kernels.h5",
    "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
)
"""The names of the files in Keras's cache: with the last layer, and without it."""


@attrs.frozen(kw_only=True)
class Inception(Extractor):
    """The 2,048 pooled features of InceptionV3; with its last layer also the probabilities of ImageNet's 1,000 classes.

    Images are resized to 299x299 as in the graph of the first published scores: bilinearly without antialiasing, where
    the position of a pixel times the ratio of the sides is its position in the original, without offsets to the centres
    of pixels. They are scaled to -1..1, as in the training of the weights; grey images become colour images with equal
    channels. The weights are those of Keras, trained on ImageNet. The first published scores used a network of the same
    form with other weights, so values are comparable in kind but not digit by digit. Nothing is ever downloaded.
    """

    gives_probabilities: ClassVar[bool] = True

    weights: Path | None = parameter(None, "file with the weights of InceptionV3; none looks in Keras's cache")

    def prepare(self, source: Source) -> Features:
        """Loads the weights.

        Raises:
            DataError: samples are not images with 1 or 3 channels, or there are no weights.
        """
        _refuse_other_samples(source.spec)
        file = weights_file(self.weights)
        model, has_top = load(file)
        pooled = keras.Model(model.input, model.get_layer("avg_pool").output) if has_top else model
        scaled = _Scaled(source.spec)
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        return Features(
            description="inception (InceptionV3, Keras's ImageNet weights)",
            extract=tf.function(lambda x: pooled(scaled(x), training=False), autograph=False),
            classify=tf.function(lambda x: model(scaled(x), training=False), autograph=False) if has_top else None,
            batch_size=BATCH_SIZE,
            facts=("corners", digest, keras.__version__, tf.__version__),
        )


def _refuse_other_samples(data: DataSpec) -> None:
    if not data.is_image or data.shape[-1] not in (1, 3):
        shape = "x".join(map(str, data.shape))
        raise DataError(
            f"extractor 'inception' takes grey or colour images; for samples of shape {shape} use --features pixels"
        )


@attrs.frozen
class _Scaled:
    """Turns images `[B, h, w, c]` in the range of the data into inputs of InceptionV3, `[B, 299, 299, 3]` in -1..1."""

    data: DataSpec

    def __call__(self, images: tf.Tensor) -> tf.Tensor:
        least, greatest = self.data.value_range or (-1.0, 1.0)
        images = (images - least) * (2.0 / (greatest - least)) - 1.0
        if self.data.shape[-1] == 1:
            images = tf.repeat(images, 3, axis=-1)
        return resized(images)


def resized(images: tf.Tensor) -> tf.Tensor:
    """Resizes images `[B, h, w, c]` to `[B, 299, 299, c]` as TensorFlow 1 did: row i comes from row i * h / 299."""
    return tf.compat.v1.image.resize_bilinear(images, (SIDE, SIDE), align_corners=False, half_pixel_centers=False)


def weights_file(given: Path | None) -> Path:
    """Returns the given file of weights, or the one in Keras's cache.

    Raises:
        DataError: there is none; the message says how to get it.
    """
    if given is not None:
        path = given.expanduser()
        if not path.is_file():
            raise DataError(f"extractor 'inception': there is no file {path}; check weights=")
        return path
    folder = Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser() / "models"
    found = [folder / name for name in _FILES if (folder / name).is_file()]
    if not found:
        raise DataError(
            f"extractor 'inception' needs the weights of InceptionV3, and {folder} has none: with network access, run "
            "'keras.applications.InceptionV3()' once in Python, or give a file: --features inception:weights=FILE"
        )
    return found[0]


def load(path: Path) -> tuple[keras.Model, bool]:
    """Returns InceptionV3 with the weights of a file, and whether they include its last layer.

    Raises:
        DataError: the weights are those of another network, or the file is damaged.
    """
    reasons = []
    # First with the last layer: without it, Keras would also load a file that contains more.
    for has_top in (True, False):
        options = {"classes": 1000} if has_top else {"pooling": "avg"}
        model = keras.applications.InceptionV3(weights=None, include_top=has_top, **options)
        try:
            with warnings.catch_warnings():
                # Keras only warns if it leaves layers with their random weights.
                warnings.simplefilter("error", UserWarning)
                model.load_weights(path)
        except (OSError, ValueError, KeyError, TypeError, UserWarning) as error:
            reasons.append(" ".join(str(error).split()))
            continue
        model.trainable = False
        return model, has_top
    raise DataError(f"{path} does not contain the weights of InceptionV3: {reasons[0][:200]}")
