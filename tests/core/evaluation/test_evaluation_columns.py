"""Samples as tables: what the dataset says of them, or else their blocks."""

import numpy as np
import pytest

import ganreg
from ganreg import Block, Column, Data, DataError, Dataset, Table
from ganreg.contract.extractors import Source
from ganreg.evaluation.columns import TableSource
from ganreg.evaluation.evaluating import Evaluation

BLOCKS = (Block("city", 2, one_hot=True, labels=("Rome", "Oslo")), Block("age", 1))
ROWS = np.array([[1, -1, 0.5], [-1, 1, 0.25], [-1, 1, 0.0]], np.float32)


class Dated(Dataset):
    """Says that the last value is a date."""

    def table(self, samples, labels=None):
        """The last value only, and classes if there are any."""
        table = Table([Column("when", "date")], samples[:, 2:])
        return table if labels is None else table.with_classes(labels, (), 2)


def source(dataset=None, **data):
    return Source.of(Data(**{"train": ROWS, "value_range": (-1, 1), "blocks": BLOCKS} | data), dataset)


def test_blocks_say_what_the_columns_are():
    made = TableSource(source(), labelled=False)

    assert made.columns == (Column("city", "category", ["Rome", "Oslo"]), Column("age"))
    assert made.view.of(ROWS).tolist() == [[0, 0.5], [1, 0.25], [1, 0.0]]
    assert made.view.description == "columns"


def test_the_dataset_knows_better():
    made = TableSource(source(Dated()), labelled=False)

    assert made.columns == (Column("when", "date"),)
    assert made.view.of(ROWS, np.array([0, 1, 0])).tolist() == [[0.5], [0.25], [0.0]]


@pytest.mark.parametrize("dataset", [None, Dated()])
def test_classes_are_a_column_if_generated_samples_have_them(dataset):
    given = source(dataset, train_labels=np.array([0, 1, 0]))
    labelled, other = (TableSource(given, labelled=labelled) for labelled in (True, False))

    assert labelled.columns[-1] == Column("class", "category", ["0", "1"], is_class=True)
    assert labelled.view.of(ROWS, np.array([1, 1, 0]))[:, -1].tolist() == [1, 1, 0]
    assert not any(column.is_class for column in other.columns)
    assert labelled.view.key != other.view.key


def test_samples_without_blocks_are_no_table():
    made = TableSource(source(blocks=()), labelled=False)

    assert made.columns == ()
    with pytest.raises(DataError, match="not the rows of a table"):
        made.view.of(ROWS)


def test_samples_that_are_not_finite_are_refused():
    with pytest.raises(DataError, match="samples contain NaN or infinity"):
        TableSource(source(), labelled=False).table(np.full((2, 3), np.nan))


@pytest.fixture(scope="module")
def tables(assemble):
    """GANs of the same table: with held-out rows and without."""
    stream = np.random.default_rng(0)
    rows = np.stack([*(2.0 * np.eye(2)[stream.integers(0, 2, 400)] - 1).T, stream.uniform(-1, 1, 400)], axis=1)
    data = {"train": rows[:300], "value_range": (-1, 1), "blocks": BLOCKS}
    return assemble(Data(**data, test=rows[300:])), assemble(Data(**data))


@pytest.mark.slow
def test_tables_are_evaluated_by_their_columns_first(tables):
    with_held_out, without = ({score.metric: score for score in ganreg.evaluate(gan, samples=100)} for gan in tables)

    assert next(iter(with_held_out)) == "table-fidelity"
    assert with_held_out.keys() - without.keys() == {"membership-inference"}
    assert with_held_out["membership-inference"].extractor == "columns"
    assert with_held_out["closest-record"].real_samples == 300
    fidelity = next(score for score in ganreg.evaluate(tables[0], ["table-fidelity"], samples=100))
    assert fidelity.baseline > 0.85 > fidelity.value
    assert not fidelity.lower_is_better


def test_a_model_is_trained_on_as_many_real_rows_for_the_baseline(tables, monkeypatch):
    metric = ganreg.create("metric", "train-on-synthetic", target="age", model="linear", bootstrap=2)
    seen = []
    compute = type(metric).compute_held_out

    def spied(self, real, fake, held_out):
        seen.append((len(fake), len(held_out), fake))
        return compute(self, real, fake, held_out)

    monkeypatch.setattr(type(metric), "compute_held_out", spied)
    ganreg.evaluate(tables[0], [metric], samples=100)

    assert [counts[:2] for counts in seen] == [(100, 100), (100, 100)]
    train = TableSource(Source.of(tables[0].load_data()), labelled=False).table(tables[0].load_data().train).values
    assert {tuple(row) for row in seen[1][2]} <= {tuple(row) for row in train}


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        (
            "membership-inference",
            "metric 'membership-inference' needs real samples that were not trained on; hold some out",
        ),
        ("train-on-synthetic:target=age", "needs real samples that were not trained on"),
    ],
)
def test_held_out_rows_are_asked_for(tables, metric, message):
    with pytest.raises(DataError, match=message):
        ganreg.evaluate(tables[1], [metric], samples=100)


def test_points_are_no_table(gan):
    with pytest.raises(DataError, match=r"compares the columns of tables, and these data have none; .*blocks=\["):
        ganreg.evaluate(gan, ["table-fidelity"], samples=100)


def test_columns_are_compared_for_the_report(tables, gan):

    found = Evaluation(tables[0], samples=100).columns(tables[0])
    assert [column.name for column in found.columns] == ["city", "age"]
    assert all(0 <= column.score <= 1 for column in found.columns)
    assert found.pairs[0][1] == found.pairs[1][0]
    unscored = Evaluation(tables[0], ["two-sample"], samples=100).columns(tables[0])
    assert [column.score for column in unscored.columns] == [None, None]
    assert unscored.pairs == []
    assert Evaluation(gan, samples=100).columns(gan) is None
