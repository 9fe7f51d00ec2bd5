import numpy as np
import pytest
from ganreg_datasets.tables import loading
from ganreg_datasets.tables.inference import Rules, decide
from ganreg_datasets.tables.loading import Rows, encoded
from ganreg_datasets.tables.reading import read_table

from ganreg import DataError


@pytest.fixture
def rows(save):
    """Rows of a table of numbers, with gaps in every third row."""

    def make(count=30, gaps=True):
        text = "".join(f"{row},{'' if gaps and row % 3 == 0 else row % 3}\n" for row in range(count))
        table = read_table(save("x,y\n" + text))
        return Rows(table, list(table.columns))

    return make


def fit(rows, label=""):
    return rows.fit(
        lambda column, _: decide(column, Rules(most_modes=1), "category" if column.name == label else None), label
    )


def test_text_is_read_once_and_let_go(rows):
    made = rows()
    encodings, values = fit(made)

    assert [len(column.cells) for column in made._columns] == [0, 0]
    assert values[0].tolist() == list(range(30))
    assert [column.name for column in encodings.columns] == ["x", "y"]


def test_rows_keep_their_lines_when_others_are_dropped(rows):
    made = rows()
    made.drop_missing()

    assert (made.where(0), made.where(1), made.where(2)) == ("on line 3", "on line 4", "on line 6")
    assert fit(made)[1][0].tolist() == [row for row in range(30) if row % 3]


def test_a_table_of_gaps_only(save):
    table = read_table(save("x,y\n1,\n,2\n"))

    with pytest.raises(DataError, match="a missing value in every row"):
        Rows(table, list(table.columns)).drop_missing()


@pytest.mark.parametrize("chunk", [7, 8192])
def test_samples_are_the_encoded_columns_in_order_whatever_the_chunks(rows, monkeypatch, chunk):
    monkeypatch.setattr(loading, "_CHUNK", chunk)
    encodings, values = fit(rows(300, gaps=False), label="y")
    kept = [part.copy() for part in values]

    data = encoded(encodings, values, test_share=0.0, seed=0)

    assert data.train_labels.tolist() == kept[1].tolist()
    decoded = encodings.columns[0].decode(data.train)
    assert decoded == list(range(300))
    assert values == []


def test_a_share_of_each_class_is_held_out(rows):
    encodings, values = fit(rows(300, gaps=False), label="y")

    data = encoded(encodings, values, test_share=0.25, seed=0)

    assert np.bincount(data.test_labels).tolist() == [25, 25, 25]
    assert np.bincount(data.train_labels).tolist() == [75, 75, 75]
    both = encodings.columns[0].decode(np.concatenate([data.train, data.test]))
    assert sorted(both) == list(range(300))
