"""Five measures of a generated table, in pandas and scikit-learn only, so that they favour no generator.

- `marginal`: mean over columns of the Kolmogorov-Smirnov statistic (numbers, dates) or the total variation distance
  (categories); missing values are a category of their own.
- `pairs`: mean over pairs of columns of half the difference of the Spearman correlations (numbers), or the total
  variation distance of the contingency tables (with a category; numbers in the deciles of the real rows).
- `f1`: macro F1 on real rows of gradient boosting that was trained on generated rows.
- `recall`: the share of the rare class that the same model finds.
- `copies`: the share of generated rows that are nearer to a training row than to any of as many other real rows, minus
  a half: 0 for new rows of the same distribution, 0.5 for copies.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd

LOWER = {"marginal": True, "pairs": True, "f1": False, "recall": False, "copies": True}
"""Whether a lower value of a measure is better."""
_FEW = 12


def measures(made: pd.DataFrame, train: pd.DataFrame, test: pd.DataFrame) -> dict[str, float]:
    """Computes all measures of generated rows.

    Args:
        made: generated rows, with the columns of the others.
        train: the rows that the generator was trained on.
        test: other real rows.
    """
    target, rare = train.attrs["target"], train.attrs["rare"]
    kinds = {name: _kind(train[name]) for name in train}
    made, train, test = (_as_numbers(frame, kinds) for frame in (made, train, test))
    f1, recall = _predicted(made, test, kinds, target, rare)
    return {
        "marginal": float(np.mean([_column(made[name], test[name], kinds[name]) for name in kinds])),
        "pairs": float(np.mean([_pair(made, test, kinds, *pair) for pair in itertools.combinations(kinds, 2)])),
        "f1": f1,
        "recall": recall,
        "copies": _copies(made, train, test, kinds),
    }


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_numeric_dtype(column) and column.nunique() > 2:
        return "number"
    text = column.astype(str)
    return "date" if text.str.fullmatch(r"\d{4}-\d\d-\d\d.*").all() and column.nunique() > _FEW else "category"


def _as_numbers(frame: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    columns = {}
    for name, kind in kinds.items():
        if kind == "number":
            columns[name] = pd.to_numeric(frame[name], errors="coerce")
        elif kind == "date":
            columns[name] = (
                pd.to_datetime(frame[name], errors="coerce").to_numpy().astype("datetime64[s]").astype(float)
            )
        else:
            columns[name] = frame[name].astype(str).str.replace(r"\.0$", "", regex=True)
    return pd.DataFrame(columns)


def _column(made: pd.Series, real: pd.Series, kind: str) -> float:
    if kind == "category":
        shares = [one.value_counts(normalize=True) for one in (made, real)]
        return float(shares[0].subtract(shares[1], fill_value=0.0).abs().sum() / 2)
    from scipy.stats import ks_2samp

    absent = abs(made.isna().mean() - real.isna().mean())
    if made.notna().sum() == 0:
        return 1.0
    return float(max(ks_2samp(made.dropna(), real.dropna()).statistic, absent))


def _pair(made: pd.DataFrame, real: pd.DataFrame, kinds: Mapping[str, str], one: str, other: str) -> float:
    if "category" not in (kinds[one], kinds[other]):
        both = [frame[[one, other]].dropna().corr(method="spearman").iloc[0, 1] for frame in (made, real)]
        return float(abs(np.nan_to_num(both[0]) - np.nan_to_num(both[1])) / 2)
    tables = []
    for frame in (made, real):
        cells = [_binned(frame[name], real[name], kinds[name]) for name in (one, other)]
        tables.append((cells[0] + "|" + cells[1]).value_counts(normalize=True))
    return float(tables[0].subtract(tables[1], fill_value=0.0).abs().sum() / 2)


def _binned(values: pd.Series, real: pd.Series, kind: str) -> pd.Series:
    if kind == "category":
        return values
    edges = np.unique(np.nanquantile(real, np.linspace(0, 1, 11))[1:-1])
    return pd.Series(np.where(values.isna(), "none", np.searchsorted(edges, values).astype(str)))


def _predicted(
    made: pd.DataFrame, test: pd.DataFrame, kinds: Mapping[str, str], target: str, rare: object
) -> tuple[float, float]:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import f1_score

    inputs = [name for name in kinds if name != target]
    levels = {name: pd.Index(sorted(set(test[name]) | set(made[name]))) for name in inputs if kinds[name] == "category"}

    def encoded(frame: pd.DataFrame) -> np.ndarray:
        columns = [levels[name].get_indexer(frame[name]) if name in levels else frame[name] for name in inputs]
        return np.stack([np.asarray(column, float) for column in columns], axis=1)

    if made[target].nunique() < 2:
        guessed = np.full(len(test), made[target].iloc[0])
    else:
        model = HistGradientBoostingClassifier(max_iter=100, random_state=0)
        guessed = model.fit(encoded(made), made[target]).predict(encoded(test))
    positive = test[target] == str(rare)
    f1 = f1_score(test[target], guessed, average="macro", zero_division=0.0)
    return float(f1), float((guessed[positive.to_numpy()] == str(rare)).mean())


def _copies(made: pd.DataFrame, train: pd.DataFrame, test: pd.DataFrame, kinds: Mapping[str, str]) -> float:
    from sklearn.neighbors import NearestNeighbors

    count = min(len(train), len(test), 5000)
    parts = [frame.iloc[:count] for frame in (made, train, test)]
    columns: list[np.ndarray] = []
    for name, kind in kinds.items():
        if kind == "category":
            levels = sorted(set(train[name]))
            columns.append(np.concatenate([np.asarray(one[name])[:, None] == levels for one in parts]) * 2**-0.5)
        else:
            ranks = train[name].dropna().sort_values().to_numpy()
            values = [np.searchsorted(ranks, one[name].fillna(ranks[0])) / len(ranks) for one in parts]
            columns.append(np.concatenate(values)[:, None] * 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        points = np.concatenate(columns, axis=1).astype(np.float32)
    first = len(parts[0])
    new, seen, other = points[:first], points[first : first + count], points[first + count :]
    nearest = [NearestNeighbors(n_neighbors=1).fit(one).kneighbors(new)[0][:, 0] for one in (seen, other)]
    nearer = (nearest[0] < nearest[1]).mean() + 0.5 * (nearest[0] == nearest[1]).mean()
    return float(max(nearer - 0.5, 0.0))
