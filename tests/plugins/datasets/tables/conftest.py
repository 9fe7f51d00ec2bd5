"""What the tests of tables share."""

import pyarrow as pa
import pytest
from ganreg_datasets.tables.reading import TextColumn


@pytest.fixture
def save(tmp_path):
    """Writes text into a file and returns its path."""

    def write(text, encoding="utf-8", name="table.csv"):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return tmp_path / name

    return write


@pytest.fixture(scope="session")
def column():
    """Makes a column of text: `column("a", "b", name="x")`."""

    def make(*cells, name="x"):
        return TextColumn(name, pa.array([str(cell) for cell in cells], pa.string()))

    return make
