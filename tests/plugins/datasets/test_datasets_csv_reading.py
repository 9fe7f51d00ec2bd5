import csv
import io

import pytest
from ganreg_datasets.csv_reading import read_columns
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ganreg import DataError


@pytest.fixture
def save(tmp_path):
    """Writes text into a file and returns its path."""

    def write(text):
        (tmp_path / "table.csv").write_bytes(text.encode())
        return tmp_path / "table.csv"

    return write


def test_columns_have_stripped_cells_and_the_lines_where_their_rows_end(save):
    path = save('name;note\n a ;"two\nlines"\n\nb; c\n')

    name, note = read_columns(path, ";")

    assert (name.name, name.cells, name.lines) == ("name", ("a", "b"), (3, 5))
    assert (note.name, note.cells, note.lines) == ("note", ("two\nlines", "c"), (3, 5))


cells = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="\ufeff"), min_size=1, max_size=6
)


@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
def test_what_pythons_csv_module_writes_is_read_back(save, rows):
    buffer = io.StringIO()
    csv.writer(buffer).writerows([[f"c{index}" for index in range(len(rows[0]))], *rows])

    columns = read_columns(save(buffer.getvalue()), ",")

    assert [column.name for column in columns] == [f"c{index}" for index in range(len(rows[0]))]
    assert [list(row) for row in zip(*(column.cells for column in columns), strict=True)] == rows


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; the first row must name the columns"),
        ("x,x\n1,2\n", "has two columns named 'x'; rename one of them"),
        ("x,\n1,2\n", "has no name for column 2 in its header"),
        ("x,y\n", "has a header but no rows"),
        ("x,y\n1\n", "line 2 has 1 cells, but the header names 2 columns; .*delimiter="),
        ("x,y\n1, \n", "column 'y' is empty on line 2"),
        ('x\n"1', "line 2 is broken: unexpected end of data; correct it"),
    ],
)
def test_a_broken_table_is_refused_with_its_file_and_line(save, text, message):
    path = save(text)

    with pytest.raises(DataError, match=f"^{path}: {message}"):
        read_columns(path, ",")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.csv does not exist; check path="):
        read_columns(tmp_path / "none.csv", ",")
