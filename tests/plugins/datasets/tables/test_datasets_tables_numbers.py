"""Encoded rows as numbers, against the cells of the file."""

import numpy as np
import pandas as pd
import pytest

import ganreg
from ganreg import Column

TABLE = pd.DataFrame(
    {
        "id": np.arange(1, 121),
        "price": np.tile([0.0, 12.25, 3.5, 7.75], 30) + np.repeat(np.arange(60), 2),
        "count": [None if row % 10 == 0 else str(row % 7) for row in range(120)],
        "city": [("Rome", "Oslo", None, "Bern")[row % 4] for row in range(120)],
        "when": [f"{1 + row % 28:02d}.0{1 + row % 9}.2021" for row in range(120)],
        "month": [f"{2019 + row % 3}-{1 + row % 12:02d}" for row in range(120)],
        "same": "x",
        "label": [("no", "yes")[row % 3 == 0] for row in range(120)],
    }
)


@pytest.fixture
def made(tmp_path):
    """The dataset of the table, and its rows as numbers."""
    TABLE.to_csv(tmp_path / "table.csv", index=False)
    dataset = ganreg.create("dataset", "csv", path=str(tmp_path / "table.csv"), label="label", test_share=0, id=["id"])
    data = dataset.load()
    return dataset, data, dataset.table(data.train, data.train_labels)


def test_columns_are_those_of_the_file_without_ids_and_constants(made):
    assert made[2].columns == (
        Column("price"),
        Column("count"),
        Column("city", "category", ["Bern", "Oslo", "Rome"]),
        Column("when", "date"),
        Column("month", "date"),
        Column("label", "category", ["no", "yes"], is_class=True),
    )


def test_values_are_those_of_the_file(made):
    """Numbers within a mode are exact to their decimals; dates are seconds since 1970."""
    values = dict(zip((column.name for column in made[2].columns), made[2].values.T, strict=True))

    np.testing.assert_allclose(values["price"], TABLE["price"], atol=0.011)
    np.testing.assert_array_equal(values["count"], TABLE["count"].astype(float))
    names = pd.Series(["Bern", "Oslo", "Rome"]).reindex(values["city"])
    assert names.fillna("").to_list() == TABLE["city"].fillna("").to_list()
    epoch = pd.Timestamp("1970-01-01")
    for name, form in (("when", "%d.%m.%Y"), ("month", "%Y-%m")):
        expected = (pd.to_datetime(TABLE[name], format=form) - epoch).dt.total_seconds()
        np.testing.assert_array_equal(values[name], expected)
    np.testing.assert_array_equal(values["label"], TABLE["label"] == "yes")


def test_labels_are_a_column_only_if_they_are_given(made):
    dataset, data, _ = made

    assert [column.name for column in dataset.table(data.train).columns] == ["price", "count", "city", "when", "month"]


def test_a_run_folder_needs_no_file(made, tmp_path):
    dataset, data, table = made
    (tmp_path / "table.csv").unlink()
    again = ganreg.create("dataset", "csv", path=str(tmp_path / "table.csv")).with_state(dataset.fitted_state())

    np.testing.assert_array_equal(again.table(data.train, data.train_labels).values, table.values)


def test_rare_categories_share_one_label(tmp_path):
    pd.DataFrame({"k": [*"aaaabbbb", "c", "d"] * 3, "x": range(30)}).to_csv(tmp_path / "t.csv", index=False)
    dataset = ganreg.create(
        "dataset", "csv", path=str(tmp_path / "t.csv"), most_categories=3, many="fold", test_share=0
    )

    table = dataset.table(dataset.load().train)
    assert table.columns[0] == Column("k", "category", ["a", "b", "other"])
    assert table.values[:10, 0].tolist() == [0] * 4 + [1] * 4 + [2] * 2


def test_samples_that_do_not_match_are_refused(made):
    with pytest.raises(ganreg.DataError, match="samples have shape"):
        made[0].table(np.zeros((3, 2)))
    with pytest.raises(ganreg.DataError, match="labels must be one class number"):
        made[0].table(made[1].train[:2], np.array([0, 7]))
