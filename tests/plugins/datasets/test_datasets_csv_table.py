import csv
import io
import re

import numpy as np
import pytest
from ganreg_datasets.csv_table import CsvTable
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import ganreg
from ganreg import DataError, DataSpec

shared_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)

PEOPLE = """age,kind,score,smokes,grade,const
10,a,1.25,true,3,7
20,b,-0.5,false,1,7
31,a,0,true,10,7
"""


@pytest.fixture
def save(tmp_path):
    """Writes text into a file and returns its path."""

    def write(text, encoding="utf-8"):
        (tmp_path / "table.csv").write_bytes(text.encode(encoding))
        return str(tmp_path / "table.csv")

    return write


def samples_of(dataset):
    """All rows, in order."""
    return dataset.load().train


class TestSamples:
    def test_numbers_are_scaled_and_the_rest_is_one_hot(self, save):
        dataset = CsvTable(path=save(PEOPLE), test_share=0.0)
        columns = np.array(samples_of(dataset)).T
        np.testing.assert_allclose(columns[0], [-1, 2 * 10 / 21 - 1, 1], atol=1e-6)
        np.testing.assert_array_equal(columns[1:3], [[1, -1, 1], [-1, 1, -1]])
        np.testing.assert_allclose(columns[3], [1, -1, 2 * 0.5 / 1.75 - 1], atol=1e-6)
        np.testing.assert_array_equal(columns[4:6], [[-1, 1, -1], [1, -1, 1]])
        np.testing.assert_allclose(columns[6], [2 * 2 / 9 - 1, -1, 1], atol=1e-6)
        np.testing.assert_array_equal(columns[7], [0, 0, 0])
        assert dataset.spec() == dataset.load().spec == DataSpec((8,), value_range=(-1.0, 1.0))

    def test_the_label_leaves_the_samples(self, save):
        dataset = CsvTable(path=save(PEOPLE), label="grade", test_share=0.0)
        data = dataset.load()
        assert data.train.shape == (3, 7)
        assert data.train_labels.tolist() == [1, 0, 2]  # 1 < 3 < 10, as numbers
        assert data.class_names == ("1", "3", "10")
        assert dataset.spec() == data.spec == DataSpec((7,), 3, (-1.0, 1.0))

    def test_labels_may_be_text(self, save):
        data = CsvTable(path=save(PEOPLE), label="kind", test_share=0.0).load()
        assert (data.train_labels.tolist(), data.class_names) == ([0, 1, 0], ("a", "b"))

    def test_numbers_that_are_categories(self, save):
        dataset = CsvTable(path=save(PEOPLE), categorical=("grade", "const"), test_share=0.0)
        np.testing.assert_array_equal(samples_of(dataset)[:, 6:9], [[-1, 1, -1], [1, -1, -1], [-1, -1, 1]])
        np.testing.assert_array_equal(samples_of(dataset)[:, 9], [1, 1, 1])

    def test_columns_can_be_left_out(self, save):
        dataset = CsvTable(path=save(PEOPLE), leave_out=("kind", "smokes"), test_share=0.0)
        assert list(dataset.columns(samples_of(dataset))) == ["age", "score", "grade", "const"]

    def test_the_held_out_part_takes_its_share_of_each_class(self, save):
        path = save("x,y\n" + "".join(f"{row},{'ab'[row % 10 == 0]}\n" for row in range(100)))
        data = CsvTable(path=path, label="y").load()
        assert (len(data.train), len(data.test)) == (80, 20)
        assert np.bincount(data.test_labels).tolist() == [18, 2]
        again = CsvTable(path=path, label="y").load()
        np.testing.assert_array_equal(again.test, data.test)
        assert not np.array_equal(CsvTable(path=path, label="y", seed=1).load().test, data.test)

    def test_the_range_is_that_of_both_parts(self, save):
        data = CsvTable(path=save("x\n" + "\n".join(map(str, range(50)))), test_share=0.5).load()
        values = np.concatenate([data.train, data.test])
        assert (values.min(), values.max()) == (-1.0, 1.0)
        assert not np.isin(data.test, data.train).any()

    @pytest.mark.parametrize(
        "text",
        [
            "\ufeffx,y\n1,2\n3,4\n",
            "x,y\r\n1,2\r\n3,4\r\n",
            "x,y\n1,2\n\n3,4",
            ' x , y \n 1 ,"2"\n3, 4 \n',
        ],
    )
    def test_how_files_are_written(self, save, text):
        dataset = CsvTable(path=save(text), test_share=0.0)
        assert dataset.columns(samples_of(dataset)) == {"x": [1, 3], "y": [2, 4]}

    def test_another_delimiter(self, save):
        dataset = ganreg.create("dataset", f'csv:path="{save("x;y" + chr(10) + "1;2")}",delimiter=";",test_share=0')
        assert dataset.columns(samples_of(dataset)) == {"x": [1], "y": [2]}

    def test_spec_text(self):
        dataset = ganreg.create("dataset", "csv:path=t.csv,label=y,categorical=[a,b],leave_out=c")
        assert (dataset.label, dataset.categorical, dataset.leave_out) == ("y", ("a", "b"), ("c",))

    def test_an_instance_reads_its_file_once(self, save, tmp_path):
        dataset = CsvTable(path=save(PEOPLE))
        dataset.spec()
        (tmp_path / "table.csv").unlink()
        assert len(dataset.load().train) == 3


class TestColumns:
    def test_gives_the_file_back(self, save):
        dataset = CsvTable(path=save(PEOPLE), label="grade", test_share=0.0)
        data = dataset.load()
        table = dataset.columns(data.train, data.train_labels)
        assert list(table.items()) == [
            ("age", [10, 20, 31]),
            ("kind", ["a", "b", "a"]),
            ("score", [1.25, -0.5, 0.0]),
            ("smokes", ["true", "false", "true"]),
            ("grade", [3, 1, 10]),
            ("const", [7, 7, 7]),
        ]
        assert {type(value) for value in table["age"] + table["grade"]} == {int}

    def test_without_labels_their_column_is_missing(self, save):
        dataset = CsvTable(path=save(PEOPLE), label="grade", test_share=0.0)
        assert "grade" not in dataset.columns(samples_of(dataset))

    def test_numbers_keep_to_their_range_and_decimals(self, save):
        dataset = CsvTable(path=save("i,f\n0,0.25\n10,0.5\n"))
        table = dataset.columns(np.float32([[-3, -3], [0.13, 0.123], [7, 7], [-1, -1]]))
        assert table == {"i": [0, 6, 10, 0], "f": [0.25, 0.39, 0.5, 0.25]}

    def test_no_minus_before_a_zero(self, save):
        table = CsvTable(path=save("f\n-1.0\n1.0\n")).columns(np.float32([[-0.01]]))
        assert str(table["f"][0]) == "0.0"

    @pytest.mark.parametrize(
        "cells", [["1e-3", "2.5e2"], ["1e300", "-1e300"], ["5e-324", "0.0"], ["1e308", "-1.7e308"], [".5", "+2."]]
    )
    def test_numbers_of_every_size(self, save, cells):
        dataset = CsvTable(path=save("f\n" + "\n".join(cells)), test_share=0.0)
        expected = [float(cell) for cell in cells]
        np.testing.assert_allclose(dataset.columns(samples_of(dataset))["f"], expected, rtol=1e-6, atol=1e-320)

    def test_the_greatest_value_decides_the_category(self, save):
        dataset = CsvTable(path=save("kind\na\nb\nc\n"))
        assert dataset.columns(np.float32([[-0.9, -0.2, -0.3], [0.1, 0.2, 0.3]])) == {"kind": ["b", "c"]}

    def test_samples_of_another_table(self, save):
        with pytest.raises(DataError, match=r"samples have shape \(3,\), but the columns of .*table.csv need \(8,\)"):
            CsvTable(path=save(PEOPLE)).columns(np.zeros((2, 3)))

    def test_samples_that_are_not_finite(self, save):
        with pytest.raises(DataError, match="NaN"):
            CsvTable(path=save(PEOPLE)).columns(np.full((1, 8), np.nan))

    @pytest.mark.parametrize("labels", [[0, 3], [-1, 0], [0], [[0, 1]]])
    def test_labels_of_another_table(self, save, labels):
        with pytest.raises(DataError, match="labels must be one class number from 0 to 2 for each of 2 samples"):
            CsvTable(path=save(PEOPLE), label="grade").columns(np.zeros((2, 7)), np.array(labels))

    def test_a_file_that_has_vanished(self, save, tmp_path):
        path = save(PEOPLE)
        (tmp_path / "table.csv").unlink()
        with pytest.raises(DataError, match=f"^{re.escape(path)} does not exist; check path=$"):
            CsvTable(path=path).columns(np.zeros((1, 8)))


class TestRefused:
    def test_no_path(self):
        with pytest.raises(DataError, match=r"dataset 'csv' needs a file, such as csv:path=table.csv"):
            CsvTable().spec()

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("x,y\n1,2\n3,\n", "column 'y' is empty on line 3; correct the cell, or remove the row"),
            ("x,y\n1,2\n3,NA\n", "column 'y' holds 'NA' instead of a number on line 3; correct the cell"),
            ("x,y\n1,2\n?,3\n", "column 'x' holds '?' instead of a number on line 3; correct the cell"),
            ("x\n1\nnan\n", "column 'x' holds 'nan' instead of a number on line 3"),
            ("x\n1\n-inf\n", "column 'x' holds '-inf' instead of a number on line 3"),
            ("x\n1\n1e999\n", "column 'x' holds a number on line 3 that is too large"),
            ("x,y\n1,2\n3\n", "line 3 has 1 cells, but the header names 2 columns"),
            ("x,y\n1,2,3\n", "line 2 has 3 cells, but the header names 2 columns"),
            ('x,y\n1,"2"3\n', "line 2 is broken: "),
            ('x,y\n1,"2\n', "line 2 is broken: unexpected end of data"),
            ("x,x\n1,2\n", "has two columns named 'x'; rename one of them"),
            ("x,,z\n1,2,3\n", "has no name for column 2 in its header"),
            ("x,y\n", "has a header but no rows"),
            ("", "is empty; the first row must name the columns"),
        ],
    )
    def test_broken_tables(self, save, text, message):
        path = save(text)
        with pytest.raises(DataError, match=f"^{re.escape(path)}: {re.escape(message)}") as caught:
            CsvTable(path=path).load()
        assert "\n" not in str(caught.value)

    def test_a_missing_word_is_a_category_among_words(self, save):
        dataset = CsvTable(path=save("x\nNA\nDE\nFR\n"), test_share=0.0)
        assert dataset.columns(samples_of(dataset)) == {"x": ["NA", "DE", "FR"]}

    def test_another_encoding(self, save):
        with pytest.raises(DataError, match=r"table.csv cannot be read: 'utf-8' .*; save it as CSV in UTF-8"):
            CsvTable(path=save("größe\n1\n", encoding="latin-1")).load()

    def test_a_folder(self, tmp_path):
        with pytest.raises(DataError, match=f"^{tmp_path} cannot be read: Is a directory"):
            CsvTable(path=str(tmp_path)).load()

    @pytest.mark.parametrize(
        "options", [{"label": "no"}, {"categorical": ("age", "no")}, {"leave_out": ("no",)}], ids=str
    )
    def test_a_column_that_is_not_there(self, save, options):
        field = next(iter(options))
        with pytest.raises(
            DataError, match=f"has no column 'no', which {field}= names; its columns are age, kind, score"
        ):
            CsvTable(path=save(PEOPLE), **options).load()

    def test_no_column_left(self, save):
        with pytest.raises(DataError, match="no columns other than the label"):
            CsvTable(path=save("x,y\n1,2\n"), label="y", leave_out=("x",)).load()
        with pytest.raises(DataError, match="label= and leave_out= both name the column 'y'"):
            CsvTable(path=save("x,y\n1,2\n"), label="y", leave_out=("y",)).load()

    @pytest.mark.parametrize("options", [{}, {"label": "name"}])
    def test_too_many_categories(self, save, options):
        path = save("name,x\n" + "".join(f"person {row},1\n" for row in range(1001)))
        with pytest.raises(DataError, match=r"table.csv: column 'name' has 1001 different values.*leave_out="):
            CsvTable(path=path, **options).load()
        assert CsvTable(path=path, leave_out=("name",)).spec().shape == (1,)

    @pytest.mark.parametrize("wrong", [{"test_share": 1.0}, {"seed": -1}, {"delimiter": ""}, {"delimiter": ";;"}])
    def test_wrong_parameters(self, wrong):
        with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
            ganreg.create("dataset", "csv", **wrong)


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=8).filter(
    lambda text: text.strip() == text and not text.startswith("\ufeff")
)
columns_of_text = st.integers(1, 6).flatmap(
    lambda count: st.lists(
        st.one_of(
            st.lists(words, min_size=count, max_size=count),
            st.lists(st.integers(-1000, 1000), min_size=count, max_size=count),
            st.lists(st.decimals(-100, 100, places=2), min_size=count, max_size=count),
        ),
        min_size=1,
        max_size=4,
    )
)


@shared_folder
@given(columns=columns_of_text)
def test_round_trip_of_any_table(tmp_path, columns):
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([f"c{index}" for index in range(len(columns))])
    writer.writerows(zip(*columns, strict=True))
    path = tmp_path / "any.csv"
    path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    dataset = CsvTable(path=str(path), test_share=0.0)
    try:
        table = dataset.columns(samples_of(dataset))
    except DataError as error:
        assume("instead of a number" not in str(error) and "too large" not in str(error))  # such as NA among numerals
        raise
    for (name, values), cells in zip(table.items(), columns, strict=True):
        if isinstance(values[0], str):
            assert values == [str(cell) for cell in cells], name
        else:
            np.testing.assert_allclose(values, [float(cell) for cell in cells], rtol=1e-5, atol=1e-4)


@shared_folder
@given(content=st.binary(max_size=120))
def test_broken_files_give_a_data_error_of_one_line_or_whole_samples(tmp_path, content):
    path = tmp_path / "broken.csv"
    path.write_bytes(b"x,y\n1,2\n" + content)
    message, samples = "", np.zeros(1)
    try:
        samples = CsvTable(path=str(path)).load().train
    except DataError as error:
        message = str(error)
    assert not message or message.startswith(str(path))
    assert "\n" not in message
    assert np.isfinite(samples).all()
