"""TOML and JSON, whatever is wrong with the file."""

import json
import math

import pytest

from ganreg.files.opening import UnreadableError
from ganreg.files.values import (
    DamagedFileError,
    json_value,
    read_json_objects,
    read_json_value,
    read_toml_table,
)

HUGE = "1" + "0" * 400


def test_whole_files(tmp_path):
    (tmp_path / "x.toml").write_text('a = 1\r\n[b]\nc = "µ"\n')
    (tmp_path / "x.json").write_text('{"a": [1, 2.5, null, true]}')

    assert read_toml_table(tmp_path / "x.toml") == {"a": 1, "b": {"c": "µ"}}
    assert read_json_value(tmp_path / "x.json") == {"a": [1, 2.5, None, True]}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x = " + b"[" * 50_000, "nested too deeply"),
        (b".".join([b"a"] * 1_000_000) + b" = 1", "nested too deeply"),
        (b".".join([b'"a"', b"b "] * 500_000) + b" = 1", "nested too deeply"),
        (b"x = ", "not valid TOML"),
        (b'x = "\xff"', "not valid TOML"),
        (b"x = 1" + b"0" * 5000, "not valid TOML"),
    ],
)
def test_damaged_toml(tmp_path, content, reason):
    (tmp_path / "x.toml").write_bytes(content)

    with pytest.raises(DamagedFileError, match=rf"x\.toml is {reason}") as error:
        read_toml_table(tmp_path / "x.toml")
    assert len(str(error.value)) < 400 + len(str(tmp_path))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * 500 + b"]" * 500, "nested too deeply"),
        (b'{"a":' * 50_000, "nested too deeply"),
        (b"{", "not valid JSON"),
        (b"", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"1" + b"0" * 5000, "not valid JSON"),
    ],
)
def test_damaged_json(tmp_path, content, reason):
    (tmp_path / "x.json").write_bytes(content)

    with pytest.raises(DamagedFileError, match=rf"x\.json is {reason}"):
        read_json_value(tmp_path / "x.json")


def test_whole_numbers_that_no_float_holds_are_infinite(tmp_path):
    (tmp_path / "x.toml").write_text(f"a = {HUGE}\nb = [-{HUGE}, {2**1000}]\nc = true\n")

    assert read_toml_table(tmp_path / "x.toml") == {"a": math.inf, "b": [-math.inf, 2**1000], "c": True}
    assert json_value(f'{{"a": {HUGE}, "b": {2**128}}}') == {"a": math.inf, "b": 2**128}


def test_a_missing_file_is_not_damaged(tmp_path):
    for read in (read_toml_table, read_json_value, read_json_objects):
        with pytest.raises(UnreadableError) as error:
            read(tmp_path / "none")
        assert error.value.missing
        assert not isinstance(error.value, DamagedFileError)


def test_lines_that_are_not_objects_are_skipped(tmp_path):
    lines = ['{"a": 1}', "[1]", "", '{"b', "[" * 100_000, '{"b": 2}', '{"c": 3']
    (tmp_path / "x.jsonl").write_text("\n".join(lines))

    assert read_json_objects(tmp_path / "x.jsonl") == [{"a": 1}, {"b": 2}]
    assert read_json_objects(tmp_path / "x.jsonl", most=10) == [{"a": 1}]


def test_text_that_is_no_text_survives(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps("\ud800"))

    assert read_json_value(tmp_path / "x.json") == "\ud800"
