"""`ganreg inspect`."""

import json

import pytest

import ganreg

TABLE = "id,zip,income,note\n" + "".join(
    f"C{row},{row % 7:05d},{0 if row % 5 else row},{row * 37 % 1009} words {row}\n" for row in range(100)
)


@pytest.fixture
def table(tmp_path):
    (tmp_path / "table.csv").write_text(TABLE)
    return str(tmp_path / "table.csv")


@pytest.fixture
def inspect(call):
    return lambda *arguments: call(ganreg.registry(), "inspect", *arguments)


def test_a_file_is_shown_column_by_column(inspect, table):
    answer = inspect(table)

    lines = answer.out.splitlines()
    assert answer.code == 1  # the column of free text cannot be used as it is
    assert lines[0].split() == ["COLUMN", "HOLDS", "MISSING", "DISTINCT", "ENCODING"]
    assert lines[2].split()[:3] == ["zip", "category", "7"]
    assert "1 spike (0: 81%)" in lines[3]
    for note in ("numeric=[zip]", "leave_out=[note]", "taken as an id"):
        assert note in " ".join(answer.out.split())


def test_histograms_are_bars_of_the_counts(inspect, table):
    bars = [line for line in inspect(table).out.splitlines() if "█" in line and line.split()[0].startswith("0000")]

    assert [int(line.split()[-1]) for line in bars] == [15, 15, 14, 14, 14, 14, 14]
    assert len({line.count("█") for line in bars}) == 2
    assert "█" not in inspect(table, "--brief").out


def test_a_spec_may_settle_what_a_file_leaves_open(inspect, table):
    answer = inspect(f"csv:path={table},leave_out=note,id=id,numeric=zip,integer=income")

    assert answer.code == 0
    assert "NOTE" not in answer.out


def test_json(inspect, table):
    columns = json.loads(inspect(table, "--json").out)["columns"]

    assert [(one["name"], one["kind"], one["usable"]) for one in columns] == [
        ("id", "id", True),
        ("zip", "category", True),
        ("income", "integer", True),
        ("note", "text", False),
    ]
    assert sum(count for _, count in columns[1]["histogram"]) == 100


def test_data_that_are_no_table(inspect):
    answer = inspect("digits", "--json")

    facts = json.loads(answer.out)
    assert (facts["shape"], facts["samples"] + facts["held out"]) == ("8x8x1", 1797)
    assert facts["classes"].startswith("0: ")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("none.csv", "none.csv does not exist"),
        ("table.xyz", "no dataset reads files such as table.xyz; give a file with .csv"),
        ("csv:path=table.csv,date=gone", "has no column 'gone', which date= names"),
        ("nothing", "'nothing'"),
    ],
)
def test_what_cannot_be_inspected(inspect, tmp_path, monkeypatch, data, message):
    (tmp_path / "table.xyz").write_text("")
    (tmp_path / "table.csv").write_text(TABLE)
    monkeypatch.chdir(tmp_path)

    answer = inspect(data)

    assert answer.code == 2
    assert message in answer.err
