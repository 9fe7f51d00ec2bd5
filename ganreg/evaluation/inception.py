"""The extractor `inception`: InceptionV3 as Keras has it, on images resized as for published scores."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import attrs
import keras
import tensorflow as tf

from ganreg.contract.parameters import parameter
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError
from ganreg.evaluation.cache import key_of
from ganreg.evaluation.extractors import Extractor, Features, Source, in_chunks, refuse_no_images
from ganreg.files.writing import sha256_of

SIDE = 299
_FILES = (
    "inception_v3_weights_tf_dim_ordering_tf_kernels.h5",
    "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
)
"""As Keras calls them in its cache: with the classifier at the end, and without."""
_CHUNK = 32


@attrs.frozen(kw_only=True)
class Inception(Extractor):
    """The 2,048 pooled features of InceptionV3; with its last layer, the probabilities of ImageNet's 1,000 classes too.

    Images are resized to 299x299 as in the graph of the first published scores: bilinearly without antialiasing, each
    pixel's place times the ratio of the sides being its place in the original, without offsets to the pixels' centres.
    They are scaled to -1..1, as the weights were trained; grey ones count as colour ones of equal channels. Weights are
    Keras's own, trained on ImageNet. The first published scores used a network of the same form with other weights, so
    that values agree with those in kind, not in digits. Nothing is ever downloaded.
    """

    weights: Path | None = parameter(None, "file of InceptionV3's weights; none looks in Keras's cache")

    def prepare(self, source: Source) -> Features:
        """Loads the weights.

        Raises:
            DataError: samples are no images, or there are no weights.
        """
        refuse_no_images(source.spec, "inception")
        file = weights_file(self.weights)
        model, has_top = load(file)
        pooled = keras.Model(model.input, model.get_layer("avg_pool").output) if has_top else model
        scaled = _Scaled(source.spec)
        return Features(
            name="inception",
            description="inception (InceptionV3, Keras's ImageNet weights)",
            key=key_of("inception", "corners", sha256_of(file), keras.__version__, tf.__version__),
            extract=in_chunks(lambda x: pooled(scaled(x), training=False), _CHUNK),
            classify=in_chunks(lambda x: model(scaled(x), training=False), _CHUNK) if has_top else None,
        )


@attrs.frozen
class _Scaled:
    """Images `[B, h, w, c]` in the data's range as InceptionV3 takes them, `[B, 299, 299, 3]` in -1..1."""

    data: DataSpec

    def __call__(self, images: tf.Tensor) -> tf.Tensor:
        least, greatest = self.data.value_range or (-1.0, 1.0)
        images = (images - least) * (2.0 / (greatest - least)) - 1.0
        if self.data.shape[-1] == 1:
            images = tf.repeat(images, 3, axis=-1)
        return resized(images)


def resized(images: tf.Tensor) -> tf.Tensor:
    """Images `[B, h, w, c]` as `[B, 299, 299, c]`, as TensorFlow 1 resized them: row i is of i * h / 299."""
    return tf.compat.v1.image.resize_bilinear(images, (SIDE, SIDE), align_corners=False, half_pixel_centers=False)


def weights_file(given: Path | None) -> Path:
    """The file of weights: the given one, or what Keras's cache holds.

    Raises:
        DataError: there is none; the message says how to get it.
    """
    if given is not None:
        path = given.expanduser()
        if not path.is_file():
            raise DataError(f"features 'inception': there is no file {path}; check weights=")
        return path
    folder = Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser() / "models"
    found = [folder / name for name in _FILES if (folder / name).is_file()]
    if not found:
        raise DataError(
            f"features 'inception' need InceptionV3's weights, and {folder} has none: where there is a network, run "
            "'keras.applications.InceptionV3()' once in Python, or give a file: --features inception:weights=FILE"
        )
    return found[0]


def load(path: Path) -> tuple[keras.Model, bool]:
    """InceptionV3 with the weights of a file, and whether they include its last layer.

    Raises:
        DataError: they are of another network, or the file is damaged.
    """
    reasons = []
    # First with its last layer: without it, Keras would load a file that holds more as well.
    for has_top in (True, False):
        options = {"classes": 1000} if has_top else {"pooling": "avg"}
        model = keras.applications.InceptionV3(weights=None, include_top=has_top, **options)
        try:
            with warnings.catch_warnings():
                # Keras only warns where it leaves layers as they are, with random weights.
                warnings.simplefilter("error", UserWarning)
                model.load_weights(path)
        except (OSError, ValueError, KeyError, TypeError, UserWarning) as error:
            reasons.append(" ".join(str(error).split()))
            continue
        model.trainable = False
        return model, has_top
    raise DataError(f"{path} does not hold InceptionV3's weights: {reasons[0][:200]}")
