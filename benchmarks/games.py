"""Measures an update of image translation: ganreg, a Keras model with a train step of its own, and eager PyTorch."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from timing import Run, interleaved

SIDE, SAMPLES, BATCH = 32, 512, 16
OPTIMIZER = {"learning_rate": 2e-4, "beta_1": 0.5}
CYCLE, DISTANCE = 10.0, 100.0


@attrs.frozen
class Game:
    """One game that every contestant plays.

    Attributes:
        name: the game's name in ganreg.
        translator: the spec of its translators.
        discriminator: the spec of its discriminators.
        updates: the number of updates in a timed stretch.
    """

    name: str
    translator: str
    discriminator: str = "patch:width=32,layers=2"
    updates: int = 8


GAMES = (
    Game("translation", "u-net:width=32,levels=3", updates=12),
    Game("cycle", "residual:width=16,blocks=3,halvings=1,kernel=5", updates=6),
)


def report(*, only: Sequence[str] | None, rounds: int) -> None:
    """Ratios of the others' times to ganreg's; all update both players from the same forward passes."""
    print(f"{'game':14} {'ms':>8} {'keras':>7} {'keras xla':>10} {'pytorch':>8}  execution, alternating ms")
    for game in GAMES:
        if not only or game.name in only:
            _row(game, rounds)


def _row(game: Game, rounds: int) -> None:
    gan = assemble(game)
    runs: dict[str, Run] = {
        "ganreg": ganreg_fit(gan),
        "alternating": ganreg_fit(assemble(game, schedule="alternating")),
        "keras": keras_model(game, jit_compile=False),
        "keras xla": keras_model(game, jit_compile=True),
    }
    try:
        runs["pytorch"] = eager_pytorch(game)
    except ImportError as error:
        print(f"(no PyTorch: {error})")
    for run in runs.values():
        run(4)  # compiles
    seconds = interleaved(runs, game.updates, rounds)
    ours = seconds["ganreg"]
    torch = f"{seconds['pytorch'] / ours:.2f}" if "pytorch" in seconds else "-"
    print(
        f"{game.name:14} {ours * 1000:8.2f} {seconds['keras'] / ours:7.2f} {seconds['keras xla'] / ours:10.2f} "
        f"{torch:>8}  {gan.execution}, {seconds['alternating'] * 1000:.1f}",
        flush=True,
    )


def images(seed: int) -> np.ndarray:
    """Returns images in -1..1, the same for every contestant."""
    return np.random.default_rng(seed).uniform(-1, 1, (SAMPLES, SIDE, SIDE, 3)).astype(np.float32)


def assemble(game: Game, **settings: Any) -> Any:
    """Returns a GAN that plays the game."""
    import ganreg

    data = ganreg.Data(
        train=images(0), source=ganreg.Data(train=images(1), value_range=(-1, 1)), value_range=(-1, 1),
        paired=game.name == "translation",
    )  # fmt: skip
    return ganreg.assemble(
        game=game.name,
        generator=game.translator,
        discriminator=game.discriminator,
        loss="non-saturating" if game.name == "translation" else "least-squares",
        data=data,
        batch_size=BATCH,
        ema_decay=0.0,
        **{"schedule": "simultaneous"} | settings,
    )


def ganreg_fit(gan: Any) -> Run:
    """Runs `GAN.fit` with the execution that a long run chooses."""
    from ganreg.engine.running.choice import choose_execution

    batches = gan.batches_of()
    execution = choose_execution(gan.programs, batches, iterations=10**9, mode="auto", updates_per_call=None)

    def run(updates: int) -> None:
        gan.fit(batches, steps=updates, verbose=0, execution=execution)

    return run


def keras_model(game: Game, *, jit_compile: bool) -> Run:
    """Runs `keras.Model.fit` with a train step as in the Keras examples: one tape, one optimizer per network."""
    import keras
    import tensorflow as tf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        networks = {name: keras.models.clone_model(one) for name, one in assemble(game).networks.items()}
    adversarial = (
        keras.losses.BinaryCrossentropy(from_logits=True)
        if game.name == "translation"
        else keras.losses.MeanSquaredError()
    )
    distance = keras.losses.MeanAbsoluteError()

    class Model(keras.Model):
        """The networks of the game."""

        def __init__(self) -> None:
            super().__init__()
            self.optimizers = {name: keras.optimizers.Adam(**OPTIMIZER) for name in networks}
            self.networks = networks

        def train_step(self, data: Any) -> Any:
            source, real = data
            with tf.GradientTape(persistent=True) as tape:
                losses = pix2pix(source, real) if game.name == "translation" else cyclegan(source, real)
            for name, network in networks.items():
                gradients = tape.gradient(losses[name], network.trainable_variables)
                self.optimizers[name].apply_gradients(zip(gradients, network.trainable_variables, strict=True))
            return losses

    def judged(name: str, real: Any, fake: Any) -> tuple[Any, Any]:
        """The losses of a discriminator and of the network that makes its fake samples."""
        real_logits, fake_logits = (networks[name](one, training=True)["logits"] for one in (real, fake))
        own = adversarial(tf.ones_like(real_logits), real_logits) + adversarial(tf.zeros_like(fake_logits), fake_logits)
        return own, adversarial(tf.ones_like(fake_logits), fake_logits)

    def pix2pix(source: Any, real: Any) -> dict[str, Any]:
        fake = networks["generator"](source, training=True)
        own, other = judged("discriminator", tf.concat([real, source], -1), tf.concat([fake, source], -1))
        return {"generator": other + DISTANCE * distance(real, fake), "discriminator": own}

    def cyclegan(source: Any, real: Any) -> dict[str, Any]:
        g, f = networks["generator"], networks["inverse"]
        fake, fake_source = g(source, training=True), f(real, training=True)
        cycle = distance(source, f(fake, training=True)) + distance(real, g(fake_source, training=True))
        d_y, g_y = judged("discriminator", real, fake)
        d_x, g_x = judged("source-discriminator", source, fake_source)
        return {
            "generator": g_y + CYCLE * cycle,
            "inverse": g_x + CYCLE * cycle,
            "discriminator": d_y,
            "source-discriminator": d_x,
        }

    model = Model()
    model.compile(jit_compile=jit_compile)
    dataset = tf.data.Dataset.from_tensor_slices((images(1), images(0))).shuffle(SAMPLES)
    dataset = dataset.batch(BATCH, drop_remainder=True).repeat().prefetch(tf.data.AUTOTUNE)

    def run(updates: int) -> None:
        model.fit(dataset, steps_per_epoch=updates, epochs=1, verbose=0)

    return run


def eager_pytorch(game: Game) -> Run:
    """Runs the same updates in eager PyTorch, with channels last.

    Raises:
        ImportError: PyTorch is not installed.
    """
    import itertools

    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, l1_loss, mse_loss
    from torch_translators import patch_discriminator, residual_translator, u_net

    torch.manual_seed(0)
    pairs = game.name == "translation"
    make = (lambda: u_net(32, 3)) if pairs else (lambda: residual_translator(16, 3))
    translators = [make() for _ in range(1 if pairs else 2)]
    judges = [patch_discriminator(6 if pairs else 3, 32, 2) for _ in translators]
    for network in (*translators, *judges):
        network.to(memory_format=torch.channels_last)
    teams = ([*translators], [*judges])
    optimizers = [
        torch.optim.Adam(itertools.chain(*(one.parameters() for one in team)), 2e-4, betas=(0.5, 0.999))
        for team in teams
    ]
    samples = torch.utils.data.TensorDataset(*(torch.from_numpy(images(seed)).permute(0, 3, 1, 2) for seed in (1, 0)))
    loader = torch.utils.data.DataLoader(samples, BATCH, shuffle=True, drop_last=True)
    batches = itertools.chain.from_iterable(itertools.repeat(loader))
    compare = binary_cross_entropy_with_logits if pairs else mse_loss

    def judged(judge: Any, real: Any, fake: Any) -> tuple[Any, Any]:
        real_logits, fake_logits = judge(real), judge(fake)
        own = compare(real_logits, torch.ones_like(real_logits)) + compare(fake_logits, torch.zeros_like(fake_logits))
        return own, compare(fake_logits, torch.ones_like(fake_logits))

    def losses(source: Any, real: Any) -> tuple[Any, Any]:
        """Those of the translators and of the discriminators."""
        if pairs:
            fake = translators[0](source)
            own, other = judged(judges[0], torch.cat([real, source], 1), torch.cat([fake, source], 1))
            return other + DISTANCE * l1_loss(fake, real), own
        fake, fake_source = translators[0](source), translators[1](real)
        cycle = l1_loss(translators[1](fake), source) + l1_loss(translators[0](fake_source), real)
        (d_y, g_y), (d_x, g_x) = judged(judges[0], real, fake), judged(judges[1], source, fake_source)
        return g_y + g_x + CYCLE * cycle, d_y + d_x

    def run(updates: int) -> None:
        for _ in range(updates):
            values = losses(*next(batches))
            parameters = [[one for network in team for one in network.parameters()] for team in teams]
            gradients = [
                torch.autograd.grad(value, own, retain_graph=True)
                for value, own in zip(values, parameters, strict=True)
            ]
            for own, gradient, optimizer in zip(parameters, gradients, optimizers, strict=True):
                for parameter, value in zip(own, gradient, strict=True):
                    parameter.grad = value
                optimizer.step()

    return run
