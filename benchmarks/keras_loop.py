"""Own Keras models in ganreg against a plain Keras `train_step` loop: the same models, data and number of updates.

The two GANs have the architectures of Keras's examples: `dcgan`, whose discriminator ends with a sigmoid, on images in
0..1; and `conditional`, which joins one-hot labels with the latents and, as channels, with the images. Both sides make
one update of each player per iteration. Quality is the sliced Wasserstein distance of 500 generated images from real
ones; real images from other real ones are the floor.

    python benchmarks/keras_loop.py [--iterations 300] [--batch 64] [--only dcgan]
"""

from __future__ import annotations

import argparse
import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

import ganreg

LATENT, CLASSES = 128, 10


def dcgan(size: int = 32) -> tuple[keras.Model, keras.Model]:
    """Three strided convolutions to a sigmoid, and three transposed ones to another."""
    start = size // 8
    discriminator = keras.Sequential(
        [
            keras.Input((size, size, 1)),
            layers.Conv2D(64, 4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2D(128, 4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2D(128, 4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="discriminator",
    )
    generator = keras.Sequential(
        [
            keras.Input((LATENT,)),
            layers.Dense(start * start * 128),
            layers.Reshape((start, start, 128)),
            layers.Conv2DTranspose(128, 4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2DTranspose(256, 4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2DTranspose(512, 4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2D(1, 5, padding="same", activation="sigmoid"),
        ],
        name="generator",
    )
    return generator, discriminator


def conditional(size: int = 28) -> tuple[keras.Model, keras.Model]:
    """Two strided convolutions of images with class channels, and two transposed ones of latents with classes."""
    start = size // 4
    discriminator = keras.Sequential(
        [
            keras.Input((size, size, 1 + CLASSES)),
            layers.Conv2D(64, 3, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2D(128, 3, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.GlobalMaxPooling2D(),
            layers.Dense(1),
        ],
        name="discriminator",
    )
    generator = keras.Sequential(
        [
            keras.Input((LATENT + CLASSES,)),
            layers.Dense(start * start * (LATENT + CLASSES)),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Reshape((start, start, LATENT + CLASSES)),
            layers.Conv2DTranspose(128, 4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2DTranspose(128, 4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2D(1, 7, padding="same", activation="sigmoid"),
        ],
        name="generator",
    )
    return generator, discriminator


class Loop(keras.Model):
    """The plain loop: one update of the discriminator on a joined batch, then one of the generator."""

    def __init__(self, generator: keras.Model, discriminator: keras.Model, *, labelled: bool, sigmoid: bool) -> None:
        super().__init__()
        self.generator, self.discriminator, self.labelled = generator, discriminator, labelled
        self.loss_of = keras.losses.BinaryCrossentropy(from_logits=not sigmoid)
        self.d_optimizer, self.g_optimizer = keras.optimizers.Adam(2e-4, 0.5), keras.optimizers.Adam(2e-4, 0.5)

    def draw(self, count: int, classes: tf.Tensor | None) -> tf.Tensor:
        """Latents, joined with one-hot labels."""
        latents = tf.random.normal((count, LATENT))
        return latents if classes is None else tf.concat([latents, classes], 1)

    def shown(self, images: tf.Tensor, classes: tf.Tensor | None) -> tf.Tensor:
        """Images, joined with one channel for each class."""
        if classes is None:
            return images
        maps = tf.repeat(tf.repeat(classes[:, None, None, :], images.shape[1], 1), images.shape[2], 2)
        return tf.concat([images, maps], -1)

    def train_step(self, data: tuple[tf.Tensor, tf.Tensor] | tf.Tensor) -> dict[str, tf.Tensor]:
        """Updates the discriminator, then the generator."""
        real, classes = data if self.labelled else (data, None)
        count = tf.shape(real)[0]
        fake = self.generator(self.draw(count, classes), training=True)
        both = tf.concat([self.shown(real, classes), self.shown(fake, classes)], 0)
        wanted = tf.concat([tf.ones((count, 1)), tf.zeros((count, 1))], 0)
        with tf.GradientTape() as tape:
            d_loss = self.loss_of(wanted, self.discriminator(both, training=True))
        variables = self.discriminator.trainable_weights
        self.d_optimizer.apply_gradients(zip(tape.gradient(d_loss, variables), variables, strict=True))
        with tf.GradientTape() as tape:
            made = self.generator(self.draw(count, classes), training=True)
            judged = self.discriminator(self.shown(made, classes), training=True)
            g_loss = self.loss_of(tf.ones((count, 1)), judged)
        variables = self.generator.trainable_weights
        self.g_optimizer.apply_gradients(zip(tape.gradient(g_loss, variables), variables, strict=True))
        return {"d_loss": d_loss, "g_loss": g_loss}


def distance(samples: np.ndarray, real: np.ndarray) -> float:
    """The sliced Wasserstein distance of images, by 256 fixed directions."""
    directions = np.random.default_rng(0).normal(size=(samples[0].size, 256))
    directions /= np.linalg.norm(directions, axis=0)
    ours, theirs = (np.sort(part.reshape(len(part), -1) @ directions, axis=0) for part in (samples, real))
    return float(np.mean(np.abs(ours - theirs)))


def plain(
    images: np.ndarray, labels: np.ndarray, iterations: int, batch: int, *, labelled: bool
) -> tuple[np.ndarray, np.ndarray]:
    keras.utils.set_random_seed(0)
    generator, discriminator = conditional(images.shape[1]) if labelled else dcgan(images.shape[1])
    loop = Loop(generator, discriminator, labelled=labelled, sigmoid=not labelled)
    loop.compile()
    classes = np.eye(CLASSES, dtype=np.float32)[labels]
    whole = tf.data.Dataset.from_tensor_slices((images, classes) if labelled else images)
    pipeline = whole.shuffle(len(images), seed=0).repeat().batch(batch, drop_remainder=True).prefetch(2)
    loop.fit(pipeline, steps_per_epoch=5, verbose=0)
    began, used = time.perf_counter(), time.process_time()
    loop.fit(pipeline, steps_per_epoch=iterations - 5, verbose=0)
    seconds = np.array([time.perf_counter() - began, time.process_time() - used]) / (iterations - 5)
    latents = np.random.default_rng(0).normal(size=(500, LATENT)).astype(np.float32)
    inputs = np.concatenate([latents, classes[:500]], 1) if labelled else latents
    return seconds, generator.predict(inputs, verbose=0)


def ours(
    images: np.ndarray, labels: np.ndarray, iterations: int, batch: int, *, labelled: bool
) -> tuple[np.ndarray, np.ndarray]:
    keras.utils.set_random_seed(0)
    generator, discriminator = conditional(images.shape[1]) if labelled else dcgan(images.shape[1])
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    gan = ganreg.assemble(
        generator=generator,
        discriminator=discriminator,
        loss=(
            lambda real, fake: cross_entropy(ops.concatenate([real * 0 + 1, fake * 0]), ops.concatenate([real, fake])),
            lambda fake: cross_entropy(ops.ones_like(fake), fake),
        ),
        data=(images, labels) if labelled else images,
        batch_size=batch,
    )
    gan.fit(steps=5, verbose=0, execution="graph")
    began, used = time.perf_counter(), time.process_time()
    gan.fit(steps=iterations - 5, verbose=0, execution=gan.execution)
    seconds = np.array([time.perf_counter() - began, time.process_time() - used]) / (iterations - 5)
    return seconds, gan.generate(500, seed=0, labels=labels[:500] if labelled else None)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--iterations", type=int, default=300)
    arguments.add_argument("--batch", type=int, default=64)
    arguments.add_argument("--only", choices=["dcgan", "conditional"], help="one of both instead of both")
    given = arguments.parse_args()
    from sklearn.datasets import load_digits

    digits = load_digits()
    for name, size, labelled in (("dcgan", 32, False), ("conditional", 28, True)):
        if given.only not in (None, name):
            continue
        images = tf.image.resize(digits.images[..., None] / 16.0, (size, size)).numpy().astype(np.float32).clip(0, 1)
        labels = digits.target.astype(np.int32)
        floor = distance(images[:500], images[500:1000])
        print(f"{name}: floor {floor:.3f}", flush=True)
        for side in (plain, ours, plain, ours):
            seconds, samples = side(images, labels, given.iterations, given.batch, labelled=labelled)
            apart = distance(samples, images[:500])
            wall, processor = 1000 * seconds
            print(
                f"  {side.__name__}: {wall:.0f} ms/iteration ({processor:.0f} ms of CPU), distance {apart:.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
