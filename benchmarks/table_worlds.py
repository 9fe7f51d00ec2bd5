"""Tables with known truth, and those of scikit-learn, for benchmarks of generators of tables.

Each function draws rows of its table as a pandas frame; a frame says in `attrs` which column to predict (`target`) and
which of its classes is the rare one (`rare`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd


def mix(rows: int, seed: int) -> pd.DataFrame:
    """Columns of all kinds, with 2 % positives whose amounts, countries and hours differ."""
    draw = np.random.default_rng(seed)
    fraud = draw.random(rows) < 0.02
    country = np.where(
        fraud,
        draw.choice(8, rows, p=[0.05, 0.05, 0.05, 0.05, 0.1, 0.2, 0.2, 0.3]),
        draw.choice(8, rows, p=[0.4, 0.2, 0.13, 0.1, 0.07, 0.05, 0.03, 0.02]),
    )
    age = np.clip(np.where(draw.random(rows) < 0.6, draw.normal(34, 8, rows), draw.normal(61, 7, rows)), 18, 95).round()
    plan = (age > 45).astype(int) + (draw.random(rows) < 0.25)
    hours = np.where(draw.random(rows) < 0.5, 40, draw.normal(38, 12, rows).clip(1, 99)).round()
    amount = np.exp(draw.normal(np.where(fraud, 5.5, 3.0) + 0.4 * plan, np.where(fraud, 0.4, 0.9)))
    gain = np.where(draw.random(rows) < 0.92, 0.0, np.exp(draw.normal(8.0, 0.9, rows))).round()
    score = np.where(plan == 0, draw.normal(-2, 0.5, rows), draw.normal(1.5 + plan, 0.7, rows)) - 1.5 * fraud
    income = 1200 * np.exp(0.012 * age + draw.normal(0, 0.35, rows)) * (1 + 0.5 * plan)
    night = draw.random(rows) < np.where(fraud, 0.7, 0.15)
    since = np.datetime64("2018-01-01") + (365 * 5 * draw.beta(2, 1.2, rows)).astype("timedelta64[D]")
    frame = pd.DataFrame(
        {
            "amount": amount.round(2),
            "gain": gain.astype(int),
            "age": age.astype(int),
            "hours": hours.astype(int),
            "score": score.round(3),
            "income": np.where(draw.random(rows) < 0.1, np.nan, income.round()),
            "country": np.array(["DE", "FR", "IT", "ES", "PL", "NL", "SE", "MT"])[country],
            "plan": np.array(["basic", "plus", "pro"])[plan],
            "night": np.where(night, "yes", "no"),
            "since": since.astype("datetime64[D]").astype(str),
            "is_fraud": fraud.astype(int),
        }
    )
    frame.attrs = {"target": "is_fraud", "rare": 1}
    return frame


def correlated(rows: int, seed: int) -> pd.DataFrame:
    """Ten numbers with correlations up to 0.95, half of them bent, and a class of 15 % that depends on four of them."""
    fixed, draw = np.random.default_rng(7), np.random.default_rng(seed)
    mixing = fixed.normal(size=(3, 10))
    values = draw.normal(size=(rows, 3)) @ mixing + 0.35 * draw.normal(size=(rows, 10))
    values /= np.sqrt(np.square(mixing).sum(axis=0) + 0.35**2)
    level = values[:, 0] + values[:, 3] * values[:, 5] - 0.7 * values[:, 8]
    shown = values.copy()
    shown[:, 1:6] = np.stack(
        [np.exp(values[:, 1]), values[:, 2] ** 3, np.abs(values[:, 3]), np.tanh(2 * values[:, 4]), values[:, 5] ** 2],
        axis=1,
    )
    frame = pd.DataFrame({f"x{place}": shown[:, place].round(4) for place in range(10)})
    frame["y"] = np.where(level + 0.3 * draw.normal(size=rows) > 1.55, "high", "low")
    frame.attrs = {"target": "y", "rare": "high"}
    return frame


def categories(rows: int, seed: int) -> pd.DataFrame:
    """Eight columns of 4 to 60 categories with long tails that depend on one another, two numbers, and a rare class."""
    fixed, draw = np.random.default_rng(11), np.random.default_rng(seed)
    group = draw.choice(6, rows, p=[0.35, 0.25, 0.18, 0.12, 0.07, 0.03])
    columns: dict[str, np.ndarray] = {}
    for place, size in enumerate((4, 6, 8, 12, 16, 24, 40, 60)):
        shares = fixed.dirichlet(np.full(size, 0.25), size=6) + 0.002
        bounds = (shares / shares.sum(axis=1, keepdims=True)).cumsum(axis=1)
        chosen = (draw.random(rows)[:, np.newaxis] > bounds[group]).sum(axis=1).clip(max=size - 1)
        columns[f"c{place}"] = np.array([f"{chr(97 + place)}{number:02d}" for number in range(size)])[chosen]
    columns["n0"] = (fixed.normal(size=6)[group] * 3 + draw.normal(size=rows)).round(3)
    columns["n1"] = np.exp(0.4 * group + 0.5 * draw.normal(size=rows)).round(3)
    rare = draw.random(rows) < np.array([0.005, 0.01, 0.02, 0.05, 0.3, 0.6])[group]
    frame = pd.DataFrame(columns)
    frame["label"] = np.where(rare, "yes", "no")
    frame.attrs = {"target": "label", "rare": "yes"}
    return frame


def _of_sklearn(name: str) -> Callable[[int, int], pd.DataFrame]:
    def drawn(rows: int, seed: int) -> pd.DataFrame:
        """All rows of the table in a random order; `rows` does not matter."""
        from sklearn import datasets

        loaded = getattr(datasets, f"load_{name}")(as_frame=True)
        frame = loaded.frame.rename(columns=lambda column: str(column).replace(" ", "_"))
        if name == "diabetes":
            frame["sex"] = np.where(frame["sex"] > 0, "a", "b")
            frame["target"] = np.where(frame["target"] > 140, "high", "low")
        else:
            frame["target"] = [str(loaded.target_names[value]) for value in frame["target"]]
        frame = frame.sample(frac=1.0, random_state=seed).reset_index(drop=True)
        frame.attrs = {"target": "target", "rare": frame["target"].value_counts().idxmin()}
        return frame

    return drawn


WORLDS: Mapping[str, Callable[[int, int], pd.DataFrame]] = {
    "mix": mix,
    "correlated": correlated,
    "categories": categories,
    "wine": _of_sklearn("wine"),
    "breast-cancer": _of_sklearn("breast_cancer"),
    "diabetes": _of_sklearn("diabetes"),
}
"""The tables by name. Those of scikit-learn have a few hundred rows, whatever is asked for."""


SKLEARN = ("wine", "breast-cancer", "diabetes")
"""Those of scikit-learn."""


def parts(name: str, rows: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows to train on, and as many others of the same table; of scikit-learn's tables 70 and 30 %."""
    if name not in SKLEARN:
        return WORLDS[name](rows, 2 * seed), WORLDS[name](rows, 2 * seed + 1)
    frame = WORLDS[name](rows, seed)
    cut = int(0.7 * len(frame))
    train, test = frame.iloc[:cut].reset_index(drop=True), frame.iloc[cut:].reset_index(drop=True)
    train.attrs = test.attrs = frame.attrs
    return train, test
