import warnings
from pathlib import Path

import pytest
from ganreg_datasets.tables.choosing import Choices, chosen_columns
from ganreg_datasets.tables.reading import TextTable

from ganreg import DataError, GanregWarning


@pytest.fixture(scope="session")
def table(column):
    """Makes a table from columns by name, each of which may be a tuple of a name and cells."""

    def make(*columns):
        return TextTable(Path("t.csv"), [column(*cells, name=name) for name, cells in columns], ",")

    return make


def names(columns):
    return [column.name for column in columns]


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "Unnamed: 0.1"])
@pytest.mark.parametrize("first", [0, 1])
def test_the_index_that_pandas_writes_is_left_out_with_a_note(table, name, first):
    with pytest.warns(GanregWarning, match="numbers the rows and is left out"):
        used = chosen_columns(table((name, range(first, first + 3)), ("age", [20, 30, 40])), Choices({}))

    assert names(used) == ["age"]


@pytest.mark.parametrize("leave_out", ["", "Unnamed: 0"])
def test_leaving_it_out_by_name_silences_the_note(table, leave_out):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        used = chosen_columns(table(("", [0, 1]), ("age", [20, 30])), Choices({}, [leave_out]))

    assert names(used) == ["age"]


@pytest.mark.parametrize("columns", [[("", [5, 3]), ("x", [1, 2])], [("x", [1, 2]), ("", [0, 1])], [("", ["a", "b"])]])
def test_other_columns_without_a_name_are_refused(table, columns):
    with pytest.raises(DataError, match=r"has no name for column \d in its header; .*leave_out=\[Unnamed: \d\]"):
        chosen_columns(table(*columns), Choices({}))


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (Choices({"date": ["no"]}), "has no column 'no', which date= names; its columns are x, y"),
        (Choices({}, ["no"]), "has no column 'no', which leave_out= names"),
        (Choices({}, [], "no"), "has no column 'no', which label= names"),
        (Choices({"date": ["x"], "id": ["x"]}), "date= and id= both name the column 'x'"),
        (Choices({}, ["y"], "y"), "label= and leave_out= both name the column 'y'"),
        (Choices({}, ["x", "y"]), "no columns other than those that are left out"),
    ],
)
def test_contradictions_are_refused(table, choices, message):
    with pytest.raises(DataError, match=message):
        chosen_columns(table(("x", [1, 2]), ("y", [3, 4])), choices)


def test_the_kind_that_a_user_asks_for():
    choices = Choices({"date": ["when"], "id": ["who"]})

    assert (choices.kind_of("when"), choices.kind_of("who"), choices.kind_of("x")) == ("date", "id", None)
