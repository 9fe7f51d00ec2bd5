"""Convolutions rewritten so that CPUs can differentiate them. Importing this module loads Keras."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="ganreg_networks")
class GroupedConvolution(keras.layers.Conv2D):
    """`keras.layers.Conv2D` with groups, computed as one matrix product for each group.

    TensorFlow does not implement the gradient of grouped convolutions on CPUs. Variables, configuration and result are
    those of Keras's layer, which is used for anything but odd kernels with stride 1 and `"same"` padding.
    """

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """Convolves maps `[B, H, W, C]` with a kernel `[k, k, C/groups, filters]`, which gives `[B, H, W, filters]`."""
        if not self._is_plain():
            return super().convolution_op(inputs, kernel)
        inputs, kernel = tf.convert_to_tensor(inputs), tf.convert_to_tensor(kernel)
        height, width, channels = inputs.shape[1:]
        rows, columns, per_group, filters = kernel.shape
        pixels = tf.pad(inputs, [(0, 0), (rows // 2, rows // 2), (columns // 2, columns // 2), (0, 0)])
        pixels = tf.reshape(pixels, (-1, height + rows - 1, width + columns - 1, self.groups, channels // self.groups))
        # The group comes first, as the batch axis of the matrix product. `einsum` swaps the axes, because XLA cannot
        # compile the second derivative of `transpose` inside of a condition, where a lazy penalty is.
        pixels = tf.einsum("bhwgc->gbhwc", pixels)
        shifted = [
            pixels[:, :, row : row + height, column : column + width]
            for row in range(rows)
            for column in range(columns)
        ]
        patches = tf.reshape(tf.concat(shifted, axis=-1), (self.groups, -1, rows * columns * per_group))
        kernels = tf.reshape(kernel, (rows * columns * per_group, self.groups, filters // self.groups))
        convolved = tf.matmul(patches, tf.einsum("pgf->gpf", kernels))
        convolved = tf.reshape(convolved, (self.groups, -1, height, width, filters // self.groups))
        return tf.reshape(tf.einsum("gbhwf->bhwgf", convolved), (-1, height, width, filters))

    def _is_plain(self) -> bool:
        return (
            self.groups > 1
            and (self.strides, self.dilation_rate) == ((1, 1), (1, 1))
            and (self.padding, self.data_format) == ("same", "channels_last")
            and all(side % 2 for side in self.kernel_size)
        )
