"""Moving the pixels of images, as the augmentations do. Importing this module loads TensorFlow.

Every function keeps the images' shape, can be differentiated, and is a plain gather of pixels, whatever the random
numbers: nothing depends on their values but indices and weights, so that it compiles.
"""

from __future__ import annotations

import tensorflow as tf
from keras import ops


def is_batch_of_images(samples: tf.Tensor) -> bool:
    """Whether samples are `[B, height, width, channels]`."""
    return samples.shape.rank == 4


def flipped(images: tf.Tensor, where: tf.Tensor) -> tf.Tensor:
    """Mirrors left and right those images `[B, H, W, C]` that booleans `[B]` tell."""
    return tf.where(where[:, None, None, None], tf.reverse(images, [2]), images)


def shifted(images: tf.Tensor, rows: tf.Tensor, columns: tf.Tensor, *, reflect: bool = False) -> tf.Tensor:
    """Moves images down and to the right by whole pixels.

    Args:
        images: `[B, H, W, C]`.
        rows: int32 `[B]`, how far down; negative for up.
        columns: int32 `[B]`, how far to the right.
        reflect: whether what comes in from outside is the image mirrored at its border pixels, rather than 0.
    """
    height, width = images.shape[1:3]
    row = tf.range(height)[None, :, None] - rows[:, None, None]
    column = tf.range(width)[None, None, :] - columns[:, None, None]
    if reflect:
        return _pixels(images, reflected(row, height), reflected(column, width))
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    moved = _pixels(images, tf.clip_by_value(row, 0, height - 1), tf.clip_by_value(column, 0, width - 1))
    return tf.where(inside[..., None], moved, tf.zeros_like(moved))


def _pixels(images: tf.Tensor, rows: tf.Tensor, columns: tf.Tensor) -> tf.Tensor:
    """Reads pixels: int32 positions that broadcast to `[..., B, h, w]` give `[..., B, h, w, C]`.

    One gather from the whole batch, as its gradient is simpler by far than that of one gather an image.
    """
    count, (height, width, channels) = ops.shape(images)[0], images.shape[1:]
    first = tf.range(count)[:, None, None] * (height * width)
    return tf.gather(tf.reshape(images, [-1, channels]), first + rows * width + columns)


def reflected(positions: tf.Tensor, size: int) -> tf.Tensor:
    """Mirrors positions into 0..size-1 at the first and the last pixel, which are not repeated."""
    last = size - 1
    if last == 0:
        return tf.zeros_like(positions)
    return last - tf.abs(tf.math.floormod(positions, 2 * last) - last)


def resampled(images: tf.Tensor, sources: tf.Tensor) -> tf.Tensor:
    """Reads each pixel from elsewhere in its image, between pixels bilinearly, beyond the borders mirrored.

    Args:
        images: `[B, H, W, C]`.
        sources: float32 `[B, 2, 3]`, an affine map from where a pixel is, (x, y, 1), to where its value comes from,
            (x, y), both in pixels from the image's centre.
    """
    height, width = images.shape[1:3]
    x, y = _centred(width)[None, None, :], _centred(height)[None, :, None]
    # Sums rather than a matrix product, which some devices round to ten bits: too few for positions.
    source_x, source_y = (
        sources[:, axis, 0, None, None] * x + sources[:, axis, 1, None, None] * y + sources[:, axis, 2, None, None]
        for axis in (0, 1)
    )
    columns, rows = reflected(source_x + (width - 1) / 2, width), reflected(source_y + (height - 1) / 2, height)
    left, top = tf.floor(columns), tf.floor(rows)
    beside, below = columns - left, rows - top
    left, top = tf.cast(left, tf.int32), tf.cast(top, tf.int32)
    right, bottom = tf.minimum(left + 1, width - 1), tf.minimum(top + 1, height - 1)

    corners = _pixels(images, tf.stack([top, top, bottom, bottom]), tf.stack([left, right, left, right]))
    along, down = tf.stack([1 - beside, beside] * 2), tf.stack([1 - below, 1 - below, below, below])
    weights = tf.cast(along * down, images.dtype)
    return tf.reduce_sum(weights[..., None] * corners, axis=0)


def _centred(size: int) -> tf.Tensor:
    return tf.range(size, dtype=tf.float32) - (size - 1) / 2
