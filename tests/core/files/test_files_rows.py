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


def test_a_planned_cut_changes_nothing_before_it_is_carried_out(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("a\n1\n2\n")
    rows = Rows(path)

    assert rows.plan_cut(4)
    assert path.read_text() == "a\n1\n2\n"
    rows.carry_out()
    assert path.read_text() == "a\n1\n"

    path.write_text("a\n1\n2\n")
    assert rows.plan_cut(4)
    rows.append([[3]])
    assert path.read_text() == "a\n1\n3\n"
    assert not rows.plan_cut(100)
    assert not rows.plan_cut(-1)


def test_rows_are_not_written_through_a_link(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "victim.txt").write_text("precious")
    (tmp_path / "run" / "rows.csv").symlink_to("../victim.txt")
    rows = Rows(tmp_path / "run" / "rows.csv")

    for change in (lambda: rows.append([[1]]), lambda: rows.cut(0), lambda: rows.plan_cut(3)):
        with pytest.raises(ganreg.RunError, match=r"cannot write .*rows\.csv: it is a link that leads out"):
            change()
    assert (tmp_path / "victim.txt").read_text() == "precious"
