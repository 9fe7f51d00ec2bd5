"""Repeats R3GAN's ablation: counts how many of 1,000 modes generated stacks of three images cover.

python benchmarks/stacked.py [--source digits|fashion-mnist] [--only WORD] [--seeds N] [--steps N] [--set KEY=VALUE]

A classifier of single images labels each channel of 26,000 samples, as in PacGAN (arXiv:1712.04086, section 4.2); KL is
the divergence of their distribution over 1,000 labels from that of the real images. The ablation (arXiv:2501.05441,
table 1) compares the paired relativistic loss with R1 and R2, the same without R2, and the same without pairing, on a
pair of `dcgan` without normalization.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Mapping

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("PYTHONWARNINGS", "ignore")

import numpy as np

import ganreg
from ganreg import Features, Source
from ganreg.evaluation.extractor_runs import ExtractorRun

SAMPLES = 26_000
MODES = 1000
R1, R2 = "r1:weight={weight}", "r2:weight={weight}"
ABLATION: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "paired + R1 + R2": ("relativistic-paired", (R1, R2)),
    "paired + R1": ("relativistic-paired", (R1,)),
    "unpaired + R1 + R2": ("non-saturating", (R1, R2)),
    "unpaired + R1": ("non-saturating", (R1,)),
}
WIDTHS = {"digits": 64, "fashion-mnist": 16}
ADAM = "adam:learning_rate=0.0002,beta_1=0.0,beta_2=0.99"
Count = Callable[[np.ndarray], tuple[int, float]]


def counting(gan: ganreg.GAN) -> tuple[Features, Count]:
    """Returns the classifier, and a function that counts modes and computes KL with it."""
    data = gan.load_data()
    source = Source.of(data, gan.assembly.source, spec=gan.assembly.data)
    classifier = ExtractorRun.of("classifier").prepare(source).features

    def shares(images: np.ndarray) -> np.ndarray:
        labels = np.concatenate(
            [
                classifier.probabilities(part).argmax(axis=1)
                for part in np.array_split(images, max(1, len(images) // 1000))
            ]
        )
        return np.bincount(labels, minlength=MODES) / len(labels)

    real = shares(data.train[:SAMPLES])

    def count(images: np.ndarray) -> tuple[int, float]:
        found = shares(images)
        some = found > 0
        # A mode without any of the 26,000 real samples counts as if it had half a sample.
        return int(some.sum()), float(np.sum(found[some] * np.log(found[some] / np.maximum(real[some], 0.5 / SAMPLES))))

    return classifier, count


def run(source: str, name: str, seed: int, options: argparse.Namespace) -> tuple[int, float]:
    """Trains once and prints a line."""
    loss, regularizers = ABLATION[name]
    network = f"dcgan:width={WIDTHS[source]},norm=none"
    recipe = ganreg.Recipe(
        name="stacked",
        generator=network.replace("none", "batch") if options.normalize else network,
        discriminator=network,
        loss=loss,
        regularizers=tuple(text.format(weight=options.weight) for text in regularizers),
        dataset=f"stacked:source={source}",
        generator_optimizer=ADAM,
        discriminator_optimizer=ADAM,
        learning_rate_decay="cosine",
        batch_size=64,
        steps=options.steps,
        seed=seed,
    )
    gan = ganreg.assemble(recipe.with_settings(options.settings))
    classifier, count = counting(gan)
    began = time.perf_counter()
    try:
        gan.fit(steps=options.steps, verbose=0)
    except ganreg.NumericalError as error:
        print(f"{source}, {name}, seed {seed}: {error}", flush=True)
        return 0, float("inf")
    seconds = time.perf_counter() - began
    modes, divergence = count(gan.generate(SAMPLES, seed=1))
    print(
        f"{source}, {name}, seed {seed}: {modes} modes, KL {divergence:.3f} after {options.steps:,} updates, "
        f"{seconds:.0f} s; {classifier.description}",
        flush=True,
    )
    return modes, divergence


def main() -> None:
    """Prints a line per training, and medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", choices=[*WIDTHS], action="append")
    parser.add_argument("--only", choices=[*ABLATION], action="append")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=3_000)
    parser.add_argument("--weight", type=float, default=1.0, help="the weight of R1 and of R2")
    parser.add_argument("--normalize", action="store_true", help="use batch normalization in the generator")
    parser.add_argument("--set", dest="settings", action="append", default=[])
    options = parser.parse_args()
    for source in options.source or WIDTHS:
        for name in options.only or ABLATION:
            found = [run(source, name, seed, options) for seed in range(options.seeds)]
            modes, divergence = (statistics.median(values) for values in zip(*found, strict=True))
            print(f"{source}, {name}, median: {modes:g} modes of {MODES}, KL {divergence:.3f}", flush=True)


if __name__ == "__main__":
    main()
