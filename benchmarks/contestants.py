"""The contestants that run the workloads: ganreg, its bare compiled step, the tutorials' loop, and eager PyTorch.

Each contestant is a function that takes a workload and returns `run(updates)`. All have the same networks, batches,
loss and optimizer, and update both players from one forward pass.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from workloads import Workload

Run = Callable[[int], Any]
SAMPLES = 10_240
_LONGEST_PERIOD = 16
"""The number of updates after which lazy penalties are due again."""


def samples_of(workload: Workload) -> np.ndarray:
    """Returns synthetic samples in -1..1, the same for every contestant."""
    return np.random.default_rng(0).uniform(-1, 1, (SAMPLES, *workload.shape)).astype(np.float32)


def assemble(workload: Workload, regularizers: tuple[str, ...] = (), **settings: Any) -> Any:
    """Returns the GAN of a workload."""
    import ganreg

    generator, discriminator = workload.networks()
    return ganreg.assemble(
        generator=generator,
        discriminator=discriminator,
        loss="wasserstein" if workload.gradient_penalty else "non-saturating",
        regularizers=[*(["wgan-gp"] if workload.gradient_penalty else []), *regularizers],
        data=ganreg.DataSpec(workload.shape, value_range=(-1, 1)),
        schedule="simultaneous",
        batch_size=workload.batch_size,
        **settings,
    )


def chosen_execution(workload: Workload) -> Any:
    """Returns the execution that a long run of the workload chooses by measuring."""
    from ganreg.engine.running.choice import choose_execution

    gan = assemble(workload)
    batches = gan.batches_of(samples_of(workload)[: workload.batch_size], shuffle=True)
    return choose_execution(gan.programs, batches, iterations=10**9, mode="auto", updates_per_call=None)


def ganreg_fit(workload: Workload, execution: Any = None) -> Run:
    """Runs `GAN.fit` on an array, with the execution that a long run chooses."""
    execution = execution or chosen_execution(workload)
    gan, samples = assemble(workload), samples_of(workload)

    def run(updates: int) -> None:
        gan.fit(
            samples,
            steps=updates,
            verbose=0,
            execution=execution.mode,
            updates_per_call=execution.updates_per_call,
        )

    return run


def recorded_fit(workload: Workload, execution: Any, folder: Any) -> Run:
    """Runs `GAN.fit` with the metrics file and the progress bar of the command line."""
    import io

    from rich.console import Console

    from ganreg.cli.progress import progress_bar
    from ganreg.runs.metrics_file import MetricsFile

    gan, samples = assemble(workload), samples_of(workload)
    terminal = Console(file=io.StringIO(), force_terminal=True)

    def run(updates: int) -> None:
        with progress_bar(updates, terminal) as bar:
            gan.fit(
                samples,
                steps=updates,
                verbose=0,
                callbacks=[MetricsFile(folder / "metrics.csv", gan.log_names, max(1, min(50, updates // 200))), *bar],
                execution=execution.mode,
                updates_per_call=execution.updates_per_call,
            )

    return run


def bare_step(workload: Workload, execution: Any, regularizers: tuple[str, ...] = ()) -> Run:
    """Calls ganreg's compiled function on prepared tensors: no data path, no logs, no callbacks."""
    import tensorflow as tf

    updates_per_call = execution.updates_per_call
    gan = assemble(workload, regularizers)
    phase = gan.recipe.schedule.phase(0)
    functions = [gan.programs.function_for(phase, execution, iteration) for iteration in range(_LONGEST_PERIOD)]
    batches = samples_of(workload)[: workload.batch_size]
    real = tf.constant(np.broadcast_to(batches, (updates_per_call, 1, *batches.shape)))
    count = tf.constant(updates_per_call)

    def run(updates: int) -> None:
        for iteration in range(0, updates, updates_per_call):
            result = functions[iteration % _LONGEST_PERIOD].compiled({"real": real}, count)
        result.numpy()  # waits for the last one

    return run


def tutorial_loop(workload: Workload) -> Run:
    """Runs the loop of TensorFlow's own DCGAN tutorial: a `tf.function` step, two tapes, `tf.data`."""
    import keras
    import tensorflow as tf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        networks = assemble(workload)
    generator, discriminator = networks.generator, networks.discriminator
    generator_optimizer = keras.optimizers.Adam(2e-4, beta_1=0.5)
    discriminator_optimizer = keras.optimizers.Adam(2e-4, beta_1=0.5)
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    dataset = tf.data.Dataset.from_tensor_slices(samples_of(workload))
    dataset = dataset.shuffle(SAMPLES).batch(workload.batch_size, drop_remainder=True).repeat()
    dataset = dataset.prefetch(tf.data.AUTOTUNE)

    def penalty(real: Any, fake: Any) -> Any:
        alpha = tf.random.uniform([workload.batch_size] + [1] * len(workload.shape))
        mixed = real + alpha * (fake - real)
        with tf.GradientTape() as tape:
            tape.watch(mixed)
            logits = discriminator(mixed, training=True)["logits"]
        gradient = tf.reshape(tape.gradient(logits, mixed), [workload.batch_size, -1])
        return 10.0 * tf.reduce_mean((tf.norm(gradient, axis=1) - 1.0) ** 2)

    @tf.function
    def train_step(real: Any) -> Any:
        noise = tf.random.normal([workload.batch_size, workload.latent_dim])
        with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
            fake = generator(noise, training=True)
            real_logits = discriminator(real, training=True)["logits"]
            fake_logits = discriminator(fake, training=True)["logits"]
            if workload.gradient_penalty:
                generator_loss = -tf.reduce_mean(fake_logits)
                discriminator_loss = tf.reduce_mean(fake_logits) - tf.reduce_mean(real_logits) + penalty(real, fake)
            else:
                generator_loss = cross_entropy(tf.ones_like(fake_logits), fake_logits)
                discriminator_loss = cross_entropy(tf.ones_like(real_logits), real_logits) + cross_entropy(
                    tf.zeros_like(fake_logits), fake_logits
                )
        gradients = generator_tape.gradient(generator_loss, generator.trainable_variables)
        generator_optimizer.apply_gradients(zip(gradients, generator.trainable_variables, strict=True))
        gradients = discriminator_tape.gradient(discriminator_loss, discriminator.trainable_variables)
        discriminator_optimizer.apply_gradients(zip(gradients, discriminator.trainable_variables, strict=True))
        return generator_loss, discriminator_loss

    iterator = iter(dataset)

    def run(updates: int) -> None:
        for _ in range(updates):
            losses = train_step(next(iterator))
        losses[0].numpy()

    return run


def eager_pytorch(workload: Workload) -> Run:  # noqa: C901 - one loop in one place
    """Runs the same loop in eager PyTorch, with channels last.

    Raises:
        ImportError: PyTorch is not installed.
    """
    import torch
    from torch import nn
    from torch.nn.functional import softplus
    from torch_networks import networks_of

    torch.manual_seed(0)
    generator, discriminator = (
        network.to(memory_format=torch.channels_last) if len(workload.shape) > 1 else network
        for network in networks_of(workload)
    )
    generator_optimizer = torch.optim.Adam(generator.parameters(), 2e-4, betas=(0.5, 0.999))
    discriminator_optimizer = torch.optim.Adam(discriminator.parameters(), 2e-4, betas=(0.5, 0.999))
    samples = torch.from_numpy(samples_of(workload))
    if len(workload.shape) > 1:
        samples = samples.permute(0, 3, 1, 2)
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(samples), workload.batch_size, shuffle=True, drop_last=True
    )

    def endless() -> Any:
        while True:
            yield from loader

    iterator = endless()

    def penalty(real: Any, fake: Any) -> Any:
        alpha = torch.rand(len(real), *[1] * (real.dim() - 1))
        mixed = (real + alpha * (fake - real)).requires_grad_()
        (gradient,) = torch.autograd.grad(discriminator(mixed).sum(), mixed, create_graph=True)
        return 10.0 * ((gradient.flatten(1).norm(dim=1) - 1.0) ** 2).mean()

    def update() -> Any:
        (real,) = next(iterator)
        fake = generator(torch.randn(len(real), workload.latent_dim))
        real_logits, fake_logits = discriminator(real), discriminator(fake)
        if workload.gradient_penalty:
            generator_loss = -fake_logits.mean()
            discriminator_loss = fake_logits.mean() - real_logits.mean() + penalty(real, fake.detach())
        else:
            generator_loss = softplus(-fake_logits).mean()
            discriminator_loss = softplus(-real_logits).mean() + softplus(fake_logits).mean()
        generator_gradients = torch.autograd.grad(generator_loss, list(generator.parameters()), retain_graph=True)
        discriminator_gradients = torch.autograd.grad(discriminator_loss, list(discriminator.parameters()))
        _apply(generator, generator_optimizer, generator_gradients)
        _apply(discriminator, discriminator_optimizer, discriminator_gradients)
        return generator_loss

    def _apply(network: nn.Module, optimizer: Any, gradients: Any) -> None:
        for parameter, gradient in zip(network.parameters(), gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()

    def run(updates: int) -> None:
        for _ in range(updates):
            loss = update()
        loss.item()

    return run
