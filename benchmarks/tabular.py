"""Tests whether generated rows help a classifier if one class has few rows, on scikit-learn's breast-cancer data.

python benchmarks/tabular.py [--repeats N] [--rows N] [--set KEY=VALUE]

A third of the data is held out, and the smaller class of the rest is cut to 20 rows. The recipe `tabular` learns from
what remains, with the class as one of the columns, and generates rows until both classes have the same size.
Classifiers of scikit-learn learn from the real rows, from these with rows of the smaller class repeated at random, from
real and generated rows, and for comparison from all real rows before the cut. Prints their balanced accuracy on the
held-out part.
"""

from __future__ import annotations

import argparse
import csv
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("PYTHONWARNINGS", "ignore")

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import ganreg

Rows = tuple[np.ndarray, np.ndarray]
"""Features `[N, 30]` and classes `[N]`."""
SMALLER = 0
"""The class of malignant tumours, 212 of 569."""
SAMPLED = 20_000
"""The number of rows to generate, of which those of the smaller class are used."""


def cut(rows: Rows, kept: int, seed: int) -> Rows:
    """Keeps `kept` random rows of the smaller class, and all rows of the other."""
    features, classes = rows
    few = np.random.default_rng(seed).permutation(np.flatnonzero(classes == SMALLER))[:kept]
    chosen = np.sort(np.concatenate([few, np.flatnonzero(classes != SMALLER)]))
    return features[chosen], classes[chosen]


def lacking(rows: Rows) -> int:
    """Returns how many rows fewer the smaller class has than the other."""
    return int(np.sum(rows[1] != SMALLER) - np.sum(rows[1] == SMALLER))


def oversampled(rows: Rows, seed: int) -> Rows:
    """Repeats random rows of the smaller class until both classes have the same size."""
    few = np.flatnonzero(rows[1] == SMALLER)
    again = np.random.default_rng(seed).choice(few, lacking(rows))
    return np.concatenate([rows[0], rows[0][again]]), np.concatenate([rows[1], rows[1][again]])


def with_generated(rows: Rows, seed: int, settings: Sequence[str]) -> Rows:
    """Adds generated rows of the smaller class until both classes have the same size."""
    names = [f"x{index}" for index in range(rows[0].shape[1])]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*names, "class"])
            writer.writerows([*map(float, row), f"class {label}"] for row, label in zip(*rows, strict=True))
        recipe = ganreg.registry().recipe("tabular").updated(batch_size=100).with_settings(settings)
        dataset = ganreg.create("dataset", f"csv:path={path},test_share=0")
        gan = ganreg.assemble(recipe, data=dataset, seed=seed)
        gan.fit(steps=gan.recipe.steps, verbose=0)
        columns = dataset.columns(gan.generate(SAMPLED, seed=seed))
    generated = np.stack([np.asarray(columns[name], float) for name in names], axis=1)
    generated = generated[np.asarray(columns["class"]) == f"class {SMALLER}"][: lacking(rows)]
    print(f"{len(generated)} of {lacking(rows)} missing rows were generated", flush=True)
    labels = np.full(len(generated), SMALLER)
    return np.concatenate([rows[0], generated]), np.concatenate([rows[1], labels])


def scores(train: Rows, test: Rows) -> Mapping[str, float]:
    """Returns the balanced accuracy of each classifier."""
    classifiers = {
        "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000)),
        "random forest": RandomForestClassifier(300, random_state=0),
    }
    return {
        name: balanced_accuracy_score(test[1], classifier.fit(*train).predict(test[0]))
        for name, classifier in classifiers.items()
    }


def main() -> None:
    """Prints a line per classifier and way: mean and standard deviation over the splits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--rows", type=int, default=20, help="number of rows of the smaller class")
    parser.add_argument("--set", dest="settings", action="append", default=[])
    options = parser.parse_args()
    features, classes = load_breast_cancer(return_X_y=True)
    found: dict[tuple[str, str], list[float]] = {}
    for seed in range(options.repeats):
        train_x, test_x, train_y, test_y = train_test_split(
            features, classes, test_size=1 / 3, stratify=classes, random_state=seed
        )
        every, test = (train_x, train_y), (test_x, test_y)
        real = cut(every, options.rows, seed)
        ways = {
            "real only": real,
            "real, oversampled": oversampled(real, seed),
            "real + generated": with_generated(real, seed, options.settings),
            "all real rows": every,
        }
        for way, rows in ways.items():
            for classifier, score in scores(rows, test).items():
                found.setdefault((classifier, way), []).append(100 * score)
        latest = ", ".join(f"{way} {values[-1]:.1f}" for (_, way), values in found.items())
        print(f"split {seed}: {latest}", flush=True)
    for (classifier, way), values in sorted(found.items()):
        print(f"{classifier:20} {way:18} {np.mean(values):5.1f} ± {np.std(values, ddof=1):.1f} %")


if __name__ == "__main__":
    main()
