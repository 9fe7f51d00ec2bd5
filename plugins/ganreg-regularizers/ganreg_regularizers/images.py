"""Moves the pixels of images, for the augmentations.

Every function keeps the images' shape, is differentiable, and gathers pixels in the same way whatever the random
numbers are: only indices and weights depend on their values, so that it compiles.
"""

from __future__ import annotations

from ganreg.lazy import ops, tf


def flipped(images: tf.Tensor, where: tf.Tensor) -> tf.Tensor:
    """Mirrors left and right the images `[B, H, W, C]` for which the booleans `[B]` are true."""
    return tf.where(where[:, None, None, None], tf.reverse(images, [2]), images)


def shifted(images: tf.Tensor, rows: tf.Tensor, columns: tf.Tensor, *, reflect: bool = False) -> tf.Tensor:
    """Shifts images down and to the right by whole pixels.

    Args:
        images: `[B, H, W, C]`.
        rows: int32 `[B]`, pixels down; negative values shift up.
        columns: int32 `[B]`, pixels to the right.
        reflect: whether to fill with the image mirrored at its border pixels instead of 0.
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
    """Gathers pixels: int32 positions that broadcast to `[..., B, h, w]` give `[..., B, h, w, C]`.

    One gather from the whole batch, because its gradient is far simpler than that of one gather per image.
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
    """Samples each pixel from another position of its image, bilinearly, and mirrored beyond the border.

    Args:
        images: `[B, H, W, C]`.
        sources: float32 `[B, 2, 3]`, an affine map from a pixel's position (x, y, 1) to the position (x, y) that its
            value is read from, both in pixels from the image's centre.
    """
    height, width = images.shape[1:3]
    x, y = _centred(width)[None, None, :], _centred(height)[None, :, None]
    # Sums instead of a matrix product, which some devices compute with ten bits: too few for positions.
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
