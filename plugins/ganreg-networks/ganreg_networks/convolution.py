"""Convolutions rewritten so that CPUs compute them faster, or at all. Importing this module loads Keras."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="ganreg_networks")
class DownsamplingConvolution(keras.layers.Conv2D):
    """`keras.layers.Conv2D`, computed as a stride-1 convolution if it halves maps with 4x4 kernels.

    XLA's CPU backend computes the gradient of a strided convolution with respect to its input as a dilated
    convolution, which mostly multiplies zeros. Instead, each 2x2 block of pixels becomes one pixel with four times as
    many channels, and the 4x4 kernel becomes a 2x2 kernel on those. Variables, configuration and result are those of
    Keras's layer, which is used in all other cases: other kernels, strides or padding, dilation, groups, odd sides,
    channels first.
    """

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """Convolves maps `[B, H, W, C]` with a kernel `[4, 4, C, filters]`, which gives `[B, H/2, W/2, filters]`."""
        if not self._halves(inputs.shape):
            return super().convolution_op(inputs, kernel)
        inputs, kernel = tf.convert_to_tensor(inputs), tf.convert_to_tensor(kernel)
        # For a 4x4 kernel of stride 2 on even sides, "same" pads by 1 on each side.
        blocks = tf.nn.space_to_depth(tf.pad(inputs, [(0, 0), (1, 1), (1, 1), (0, 0)]), 2)
        channels, filters = kernel.shape[2:]
        # A row index of the kernel is (block's row, row within the block), and likewise for columns; space_to_depth
        # orders channels by row within the block, column within the block, channel.
        folded = tf.transpose(tf.reshape(kernel, (2, 2, 2, 2, channels, filters)), (0, 2, 1, 3, 4, 5))
        return tf.nn.conv2d(blocks, tf.reshape(folded, (2, 2, 4 * channels, filters)), strides=1, padding="VALID")

    def _halves(self, shape: tuple[int | None, ...]) -> bool:
        height, width = shape[1:3]
        return (
            (self.kernel_size, self.strides, self.dilation_rate) == ((4, 4), (2, 2), (1, 1))
            and (self.padding, self.data_format, self.groups) == ("same", "channels_last", 1)
            and height is not None
            and width is not None
            and height % 2 == width % 2 == 0
        )


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
        # The group comes first, as the batch axis of the matrix product.
        pixels = tf.transpose(pixels, (3, 0, 1, 2, 4))
        shifted = [
            pixels[:, :, row : row + height, column : column + width]
            for row in range(rows)
            for column in range(columns)
        ]
        patches = tf.reshape(tf.concat(shifted, axis=-1), (self.groups, -1, rows * columns * per_group))
        kernels = tf.reshape(kernel, (rows * columns * per_group, self.groups, filters // self.groups))
        convolved = tf.matmul(patches, tf.transpose(kernels, (1, 0, 2)))
        convolved = tf.reshape(convolved, (self.groups, -1, height, width, filters // self.groups))
        return tf.reshape(tf.transpose(convolved, (1, 2, 3, 0, 4)), (-1, height, width, filters))

    def _is_plain(self) -> bool:
        return (
            self.groups > 1
            and (self.strides, self.dilation_rate) == ((1, 1), (1, 1))
            and (self.padding, self.data_format) == ("same", "channels_last")
            and all(side % 2 for side in self.kernel_size)
        )
