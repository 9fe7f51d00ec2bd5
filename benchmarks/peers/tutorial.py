"""The loop of TensorFlow's DCGAN tutorial on plain Keras layers: a `tf.function` step, two tapes, `tf.data`."""

from __future__ import annotations

from typing import Any

from workloads import Workload

from peers.serving import Losses, Training, samples_of, serve


def build(workload: Workload) -> Training:
    """Builds networks, optimizers, the pipeline and the step."""
    import keras
    import tensorflow as tf

    from peers.keras_networks import networks_of

    generator, discriminator = networks_of(workload)
    optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)]
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    dataset = tf.data.Dataset.from_tensor_slices(samples_of(workload)).shuffle(workload.samples)
    dataset = dataset.batch(workload.batch_size, drop_remainder=True).repeat().prefetch(tf.data.AUTOTUNE)

    def penalty(real: Any, fake: Any) -> Any:
        alpha = tf.random.uniform([workload.batch_size] + [1] * len(workload.shape))
        mixed = real + alpha * (fake - real)
        with tf.GradientTape() as tape:
            tape.watch(mixed)
            logits = discriminator(mixed, training=True)
        gradient = tf.reshape(tape.gradient(logits, mixed), [workload.batch_size, -1])
        return 10.0 * tf.reduce_mean((tf.norm(gradient, axis=1) - 1.0) ** 2)

    @tf.function
    def train_step(real: Any) -> Any:
        latents = tf.random.normal([workload.batch_size, workload.latent_dim])
        with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
            fake = generator(latents, training=True)
            real_logits, fake_logits = discriminator(real, training=True), discriminator(fake, training=True)
            if workload.gradient_penalty:
                generator_loss = -tf.reduce_mean(fake_logits)
                discriminator_loss = tf.reduce_mean(fake_logits) - tf.reduce_mean(real_logits) + penalty(real, fake)
            else:
                generator_loss = cross_entropy(tf.ones_like(fake_logits), fake_logits)
                discriminator_loss = cross_entropy(tf.ones_like(real_logits), real_logits) + cross_entropy(
                    tf.zeros_like(fake_logits), fake_logits
                )
        gradients = generator_tape.gradient(generator_loss, generator.trainable_variables)
        optimizers[0].apply_gradients(zip(gradients, generator.trainable_variables, strict=True))
        gradients = discriminator_tape.gradient(discriminator_loss, discriminator.trainable_variables)
        optimizers[1].apply_gradients(zip(gradients, discriminator.trainable_variables, strict=True))
        return discriminator_loss, generator_loss

    iterator = iter(dataset)

    def run(updates: int) -> Losses:
        for _ in range(updates):
            losses = train_step(next(iterator))
        return float(losses[0]), float(losses[1])

    return (generator.count_params(), discriminator.count_params()), run


if __name__ == "__main__":
    serve(build)
