"""Train on synthetic, test on real: against scikit-learn, and what changes if generated rows are worse."""

import numpy as np
import pytest
from ganreg_metrics.tables.models import one_thread
from sklearn import metrics
from sklearn.ensemble import HistGradientBoostingClassifier

import ganreg
from ganreg import Column, DataError


@pytest.fixture(scope="module")
def held_out(rows):
    return rows(600, 99)


def test_values_are_those_of_scikit_learn(make, rows, held_out):
    train = rows(500, 1)
    with one_thread():
        model = HistGradientBoostingClassifier(
            max_iter=100, early_stopping=False, categorical_features=[False, False, True], random_state=0
        ).fit(train[:, :3], train[:, 3])
        truth, predicted = held_out[:, 3], model.predict(held_out[:, :3])
        chances = model.predict_proba(held_out[:, :3])[:, 1]

    values = make("train-on-synthetic", bootstrap=2).compute_held_out(rows(50, 2), train, held_out)
    assert values["tstr_f1"] == pytest.approx(metrics.f1_score(truth, predicted, average="macro"))
    assert values["tstr_accuracy"] == pytest.approx(metrics.accuracy_score(truth, predicted))
    assert values["tstr_roc_auc"] == pytest.approx(metrics.roc_auc_score(truth, chances))
    assert values["tstr_rare_recall"] == pytest.approx(metrics.recall_score(truth, predicted))


def test_rows_without_dependence_teach_nothing(make, rows, shuffled, held_out):
    metric = make("train-on-synthetic", model="linear", bootstrap=20)
    good = metric.compute_held_out(held_out, rows(500, 1), held_out)
    poor = metric.compute_held_out(held_out, shuffled(rows(500, 1)), held_out)

    assert good["tstr_roc_auc"] > 0.95 > poor["tstr_roc_auc"]
    assert good["tstr_f1"] - 0.2 > 0.6 > poor["tstr_f1"]
    assert good["tstr_rare_recall"] - 0.4 > 0.1 > poor["tstr_rare_recall"]


def test_a_class_that_was_not_generated_is_not_found(make, rows, held_out):
    fake = rows(200, 1)
    fake[:, 3] = 0
    values = make("train-on-synthetic", bootstrap=2).compute_held_out(held_out, fake, held_out)

    assert values["tstr_rare_recall"] == 0.0
    assert values["tstr_roc_auc"] == 0.5
    assert values["tstr_accuracy"] == pytest.approx((held_out[:, 3] == 0).mean())


def test_a_number_is_predicted_by_its_share_of_variance(make, rows, held_out):
    metric = make("train-on-synthetic", target="height", model="linear", bootstrap=20)
    values = metric.compute_held_out(held_out, rows(500, 1), held_out)

    assert list(values) == ["tstr_r2", "tstr_r2_error"]
    assert 0.5 < values["tstr_r2"] < 0.9
    date = make("train-on-synthetic", target="seen", model="linear", bootstrap=2)
    assert 0.3 < date.compute_held_out(held_out, rows(500, 1), held_out)["tstr_r2"] < 0.7


def test_the_column_to_predict_is_that_of_the_classes_or_a_named_one(make, columns):
    assert make("train-on-synthetic")
    with pytest.raises(DataError, match="there is no column 'weight'; the columns are height, seen, city, ill"):
        make("train-on-synthetic", target="weight")
    with pytest.raises(DataError, match="name one with train-on-synthetic:target=COLUMN, from height, seen, city"):
        make("train-on-synthetic", columns=columns[:3])
    with pytest.raises(DataError, match="at least two columns"):
        make("train-on-synthetic", columns=columns[3:])


@pytest.mark.parametrize("model", ["boosting", "linear"])
def test_columns_that_were_generated_without_any_value_teach_nothing(model, make, rows, held_out):
    fake = rows(200, 1)
    fake[:, 1:3] = np.nan
    values = make("train-on-synthetic", model=model, bootstrap=2).compute_held_out(held_out, fake, held_out)

    assert values["tstr_roc_auc"] > 0.9


def test_a_column_that_is_missing_everywhere_is_refused():
    metric = ganreg.create("metric", "train-on-synthetic", target="x").for_columns([Column("x"), Column("y")])
    rows = np.stack([np.full(20, np.nan), np.arange(20.0)], axis=1)
    with pytest.raises(DataError, match="nearly all values of column 'x' are missing"):
        metric.compute_held_out(rows, rows, rows)
