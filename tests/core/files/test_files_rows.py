"""A file that grows by rows."""

import pytest

import ganreg
from ganreg.files.rows import Rows


def test_rows_are_cut_where_they_were(tmp_path):
    rows = Rows(tmp_path / "rows.csv")
    rows.append([["a", "b"], [1, 2.5]])
    size = rows.bytes
    rows.append([[3, "x,y"]])
    assert (tmp_path / "rows.csv").read_bytes() == b'a,b\n1,2.5\n3,"x,y"\n'
    assert rows.cut(size)
    assert (tmp_path / "rows.csv").read_bytes() == b"a,b\n1,2.5\n"
    assert not rows.cut(size + 1)
    (tmp_path / "rows.csv").unlink()
    with pytest.raises(ganreg.RunError, match=r"cannot write .*rows\.csv"):
        rows.append([[4, 5]])
