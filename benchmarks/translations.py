"""Trains the recipes of the bundled games from three seeds, and compares them with trivial answers.

python benchmarks/translations.py TASK ... [--seeds N] [--emoji FOLDER] [--steps N] [--pictures FOLDER]
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

import ganreg

Array = np.ndarray
Values = Mapping[str, float]
_MOST = 1000
"""The number of held-out samples that are compared, at most."""
_PATCH = 8
"""The side of the patches whose Fréchet distance is computed, in pixels."""


def main() -> None:
    """Runs the tasks that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", nargs="+", choices=TASKS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, help="iterations; defaults to the recipe's")
    parser.add_argument("--emoji", type=Path, help="folder with noto/ and twemoji/")
    parser.add_argument("--pictures", type=Path, help="writes sources, translations and true samples there")
    options = parser.parse_args()
    warnings.simplefilter("ignore", ganreg.GanregWarning)
    for task in options.task:
        TASKS[task](options)


def _report(task: str, options: Any, recipe: str, evaluate: Callable[[Any], Values], **settings: Any) -> None:
    """Trains a recipe from each seed, and prints each seed's values and their medians."""
    steps = {} if options.steps is None else {"steps": options.steps}
    rows = []
    for seed in range(options.seeds):
        gan = ganreg.assemble(recipe, seed=seed, **settings, **steps)
        began = time.perf_counter()
        gan.fit(verbose=0)
        rows.append({"seconds": time.perf_counter() - began} | dict(evaluate(gan)))
        print(f"{task:22} seed {seed}   {_text(rows[-1])}", flush=True)
        if options.pictures is not None and seed == 0:
            _draw(gan, options.pictures / f"{task}.png")
    medians = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
    print(f"{task:22} median   {_text(medians)}", flush=True)


def _text(values: Values) -> str:
    return "  ".join(f"{name} {value:.4g}" for name, value in values.items())


def _baseline(task: str, name: str, values: Values) -> None:
    print(f"{task:22} {name:18} {_text(values)}", flush=True)


def _floats(samples: Array) -> Array:
    return samples.astype(np.float32) * np.float32(2 / 255) - 1 if samples.dtype == np.uint8 else samples


def _compared(made: Array, true: Array) -> Values:
    """Mean absolute difference, PSNR of the mean squared error and mean SSIM, for values in -1..1."""
    window = min(11, made.shape[1] - (made.shape[1] + 1) % 2)
    ssim = tf.image.ssim(tf.constant(made), tf.constant(true), 2.0, filter_size=window)
    return {
        "L1": float(np.abs(made - true).mean()),
        "PSNR": float(10 * np.log10(4 / np.square(made - true).mean())),
        "SSIM": float(tf.reduce_mean(ssim)),
    }


def _frechet(made: Array, true: Array) -> float:
    """The Fréchet distance between normal distributions fitted to patches of 8x8 pixels."""

    def patches(images: Array) -> Array:
        count, height, width, channels = images.shape
        cut = images.reshape(count, height // _PATCH, _PATCH, width // _PATCH, _PATCH, channels)
        return cut.transpose(0, 1, 3, 2, 4, 5).reshape(-1, _PATCH * _PATCH * channels).astype(np.float64)

    first, second = patches(made), patches(true)
    one, other = np.cov(first.T), np.cov(second.T)
    values, vectors = np.linalg.eigh(one)
    root = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    trace = np.sqrt(np.clip(np.linalg.eigvalsh(root @ other @ root), 0, None)).sum()
    means = np.square(first.mean(axis=0) - second.mean(axis=0)).sum()
    return float(means + np.trace(one) + np.trace(other) - 2 * trace)


def _enlarged(images: Array, side: int) -> Array:
    return np.clip(np.asarray(tf.image.resize(images, (side, side), "bicubic")), -1, 1)


def _pairs(data: Any) -> tuple[Array, Array]:
    return _floats(data.source.test[:_MOST]), _floats(data.test[:_MOST])


def pix2pix_emoji(options: Any) -> None:
    """Noto emoji into Twemoji, from pairs."""
    spec = _emoji(options)
    data = ganreg.create("dataset", spec).load()
    x, y = _pairs(data)
    _baseline("pix2pix emoji", "identity", _compared(x, y))
    means = np.stack([_floats(data.train[data.train_labels == label]).mean(axis=0) for label in range(9)])
    _baseline("pix2pix emoji", "mean of category", _compared(means[data.test_labels], y))
    _report("pix2pix emoji", options, "pix2pix", lambda gan: _compared(gan.translate(x), y), data=spec)


def cyclegan_emoji(options: Any) -> None:
    """The same without pairs; the pairs give the truth."""
    x, y = _pairs(ganreg.create("dataset", _emoji(options)).load())
    _baseline("cyclegan emoji", "identity", {**_compared(x, y), "Fréchet": _frechet(x, y)})

    def evaluate(gan: Any) -> Values:
        made = gan.translate(x)
        again = gan.translate(made, network="inverse")
        return {**_compared(made, y), "Fréchet": _frechet(made, y), "cycle L1": float(np.abs(again - x).mean())}

    # Without the identity term, both translators may agree on other colours (section 5.2 of the paper).
    game = "cycle:cycle=10,identity=5"
    _report("cyclegan emoji", options, "cyclegan", evaluate, data=f"{_emoji(options)},paired=false", game=game)


def _emoji(options: Any) -> str:
    if options.emoji is None:
        raise SystemExit("this task needs --emoji FOLDER, with the folders noto and twemoji")
    return f"image-folders:source={options.emoji}/noto,target={options.emoji}/twemoji,size=32"


def _degraded(task: str, recipe: str, spec: str, options: Any, *, patches: bool = False, **settings: Any) -> None:
    data = ganreg.create("dataset", spec).load()
    x, y = _pairs(data)

    def evaluate(made: Array) -> Values:
        return {**_compared(made, y), **({"Fréchet": _frechet(made, y)} if patches else {})}

    if x.shape == y.shape:
        _baseline(task, "identity", evaluate(x))
    elif x.shape[-1] == y.shape[-1]:
        _baseline(task, "bicubic", evaluate(_enlarged(x, y.shape[1])))
    mean = np.broadcast_to(_floats(data.train).mean(axis=0), y.shape).astype(np.float32)
    _baseline(task, "mean image", evaluate(mean))
    _report(task, options, recipe, lambda gan: evaluate(gan.translate(x)), data=spec, **settings)


def fashion_larger(options: Any) -> None:
    """Fashion-MNIST from 7x7 to 28x28."""
    spec = "degraded:dataset=fashion-mnist,by=downsample,factor=4"
    _degraded("fashion 7 to 28", "srgan", spec, options)


def fashion_mask(options: Any) -> None:
    """Fashion-MNIST with a quarter of each image missing."""
    spec = "degraded:dataset=fashion-mnist,by=mask"
    _degraded("fashion mask", "pix2pix", spec, options, generator="u-net:width=32,levels=2")


def photographs(options: Any) -> None:
    """Patches of photographs from 16x16 to 64x64."""
    spec = "degraded:dataset=photographs,by=downsample,factor=4"
    _degraded("photographs 16 to 64", "srgan", spec, options, patches=True)


def stargan_digits(options: Any) -> None:
    """Digits into a wanted class, by a classifier that was trained on real digits."""
    from sklearn.neural_network import MLPClassifier

    data = ganreg.create("dataset", "digits").load()
    train, test = (_floats(part).reshape(len(part), -1) for part in (data.train, data.test))
    classifier = MLPClassifier((128,), random_state=0, max_iter=400).fit(train, data.train_labels)
    _baseline("stargan digits", "real digits", {"in class": classifier.score(test, data.test_labels)})
    x = _floats(data.test)
    wanted = np.random.default_rng(0).integers(10, size=len(x))

    def spread(images: Array, labels: Array) -> float:
        return float(np.mean([images[labels == label].std(axis=0).mean() for label in range(10)]))

    def evaluate(gan: Any) -> Values:
        made = gan.translate(x, labels=wanted)
        again = gan.translate(made, labels=data.test_labels)
        return {
            "in class": classifier.score(made.reshape(len(made), -1), wanted),
            "cycle L1": float(np.abs(again - x).mean()),
            "spread in a class": spread(made, wanted) / spread(x, data.test_labels),
        }

    _report("stargan digits", options, "stargan", evaluate)


def bigan_ring(options: Any) -> None:
    """The ring: modes that are found, and the distance after encoding and decoding."""
    x = ganreg.create("dataset", "ring").load().test

    def distance(made: Array) -> float:
        return float(np.linalg.norm(made - x, axis=1).mean())

    _baseline("bigan ring", "mean", {"distance": distance(np.broadcast_to(x.mean(axis=0), x.shape))})

    def evaluate(gan: Any) -> Values:
        latents = gan.translate(x, network="encoder")
        scores = {score.name: score.value for score in ganreg.evaluate(gan, ["mode-coverage"], samples=2500)}
        return {"distance": distance(np.asarray(gan.average_generator(latents))), **scores}

    _report("bigan ring", options, "bigan", evaluate)


def vae_digits(options: Any) -> None:
    """Digits encoded and decoded."""
    data = ganreg.create("dataset", "digits").load()
    x = _floats(data.test)
    mean = np.broadcast_to(_floats(data.train).mean(axis=0), x.shape)
    _baseline("vae-gan digits", "mean image", {"L1": float(np.abs(mean - x).mean())})

    def evaluate(gan: Any) -> Values:
        means = np.split(gan.translate(x, network="encoder"), 2, axis=1)[0]
        return {"L1": float(np.abs(np.asarray(gan.average_generator(means)) - x).mean())}

    _report("vae-gan digits", options, "vae-gan", evaluate)


def _draw(gan: Any, path: Path) -> None:
    """Writes rows of source, translation and true sample, where the game has pairs."""
    from PIL import Image

    if not gan.assembly.translates:
        return
    sources, targets = gan.pairs(12, seed=0)
    columns = [sources, gan.generate(12, seed=0), *([] if targets is None else [targets])]
    side = max(column.shape[1] for column in columns)
    rows = []
    for images in columns:
        scaled = images.repeat(side // images.shape[1], axis=1).repeat(side // images.shape[1], axis=2)
        colour = scaled if scaled.shape[-1] == 3 else np.repeat(scaled[..., :1], 3, axis=-1)
        rows.append(np.concatenate(list(colour), axis=1))
    picture = np.uint8((np.clip(np.concatenate(rows), -1, 1) + 1) * 127.5)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).resize((picture.shape[1] * 2, picture.shape[0] * 2), Image.Resampling.NEAREST).save(path)


TASKS: dict[str, Callable[[Any], None]] = {
    "pix2pix-emoji": pix2pix_emoji,
    "cyclegan-emoji": cyclegan_emoji,
    "fashion-larger": fashion_larger,
    "fashion-mask": fashion_mask,
    "photographs": photographs,
    "stargan-digits": stargan_digits,
    "bigan-ring": bigan_ring,
    "vae-digits": vae_digits,
}

if __name__ == "__main__":
    main()
