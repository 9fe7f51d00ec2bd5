"""CSV files that are still being written, or damaged."""

import pytest

from ganreg.files.opening import UnreadableError
from ganreg.files.tables import read_rows


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        (b"a,b\n1,0.12345", [["a", "b"]]),  # the last number may go on
        (b"a,b", []),
        (b"", []),
        (b"a\0,b\n1,\0\n", [["a", "b"], ["1", ""]]),
        (b"a,\xff\n", [["a", "\ufffd"]]),
        (b'a,b\r\n"1,5",2\r\n', [["a", "b"], ["1,5", "2"]]),
        (b"a,b\n1,2\n" + b"9" * 200_000 + b"\n3,4\n", [["a", "b"], ["1", "2"]]),  # longer than any cell
    ],
)
def test_whole_rows_are_read(tmp_path, content, expected):
    (tmp_path / "x.csv").write_bytes(content)

    assert read_rows(tmp_path / "x.csv") == expected


def test_of_a_large_file_the_first_rows_are_read(tmp_path):
    (tmp_path / "x.csv").write_text("a\n1\n22\n333\n")

    assert read_rows(tmp_path / "x.csv", most=6) == [["a"], ["1"]]


def test_a_file_outside_is_not_read(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "secret.csv").write_text("a\n1\n")
    (tmp_path / "run" / "x.csv").symlink_to("../secret.csv")

    with pytest.raises(UnreadableError, match="leads out"):
        read_rows(tmp_path / "run" / "x.csv", within=tmp_path / "run")
