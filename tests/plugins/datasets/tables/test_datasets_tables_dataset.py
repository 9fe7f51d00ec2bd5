import csv
import io
import json
import re

import attrs
import numpy as np
import pytest
from ganreg_datasets.tables.cells import MISSING
from ganreg_datasets.tables.dataset import CsvTable
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import ganreg
from ganreg import Block, DataError, DataSpec

shared_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)

PEOPLE = """age,kind,score,smokes,grade,const
10,a,1.25,true,3,7
20,b,-0.5,false,1,7
31,a,0,true,10,7
"""


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
        blocks = (
            Block("age", 1),
            Block("kind", 2, one_hot=True, labels=("a", "b")),
            Block("score", 1),
            Block("smokes", 2, one_hot=True, labels=("false", "true")),
            Block("grade", 1),
        )
        assert (
            dataset.spec()
            == dataset.load().spec
            == DataSpec((7,), value_range=(-1.0, 1.0), blocks=blocks, conditions=["kind", "smokes"])
        )

    def test_the_label_leaves_the_samples(self, save):
        dataset = CsvTable(path=save(PEOPLE), label="grade", test_share=0.0)
        data = dataset.load()
        assert data.train.shape == (3, 6)
        assert data.train_labels.tolist() == [1, 0, 2]  # 1 < 3 < 10, as numbers
        assert data.class_names == ("1", "3", "10")
        assert dataset.spec() == data.spec
        assert (data.spec.shape, data.num_classes) == ((6,), 3)

    def test_labels_may_be_text(self, save):
        data = CsvTable(path=save(PEOPLE), label="kind", test_share=0.0).load()
        assert (data.train_labels.tolist(), data.class_names) == ([0, 1, 0], ("a", "b"))

    def test_numbers_that_are_categories(self, save):
        for field in ("category", "categorical"):  # the second is the former name
            dataset = CsvTable(path=save(PEOPLE), test_share=0.0, **{field: ("grade", "const")})
            np.testing.assert_array_equal(samples_of(dataset)[:, 6:], [[-1, 1, -1], [1, -1, -1], [-1, -1, 1]])

    def test_columns_can_be_left_out(self, save):
        dataset = CsvTable(path=save(PEOPLE), leave_out=("kind", "smokes"), test_share=0.0)
        assert list(dataset.columns(samples_of(dataset))) == ["age", "score", "grade", "const"]

    def test_the_held_out_part_takes_its_share_of_each_class(self, save):
        path = save("x,y\n" + "".join(f"{row},{'ab'[row % 10 == 0]}\n" for row in range(100)))
        data = CsvTable(path=path, label="y", most_modes=0).load()
        assert (len(data.train), len(data.test)) == (80, 20)
        assert np.bincount(data.test_labels).tolist() == [18, 2]
        again = CsvTable(path=path, label="y", most_modes=0).load()
        np.testing.assert_array_equal(again.test, data.test)
        assert not np.array_equal(CsvTable(path=path, label="y", most_modes=0, seed=1).load().test, data.test)

    def test_the_range_is_that_of_both_parts(self, save):
        path = save("x\n" + "\n".join(map(str, range(50))))
        data = CsvTable(path=path, test_share=0.5, most_modes=0).load()  # numbers scaled by their range alone
        values = np.concatenate([data.train, data.test])
        assert (values.min(), values.max(), values.shape) == (-1.0, 1.0, (50, 1))
        assert not np.isin(data.test, data.train).any()

    def test_another_delimiter(self, save):
        dataset = ganreg.create(
            "dataset", f'csv:path="{save("x;y" + chr(10) + "1;2" + chr(10) + "3;4")}",delimiter=";",test_share=0'
        )
        assert dataset.columns(samples_of(dataset)) == {"x": [1, 3], "y": [2, 4]}

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
        with pytest.raises(DataError, match=r"samples have shape \(3,\), but the columns of .*table.csv need \(7,\)"):
            CsvTable(path=save(PEOPLE)).columns(np.zeros((2, 3)))

    def test_samples_that_are_not_finite(self, save):
        with pytest.raises(DataError, match="NaN"):
            CsvTable(path=save(PEOPLE)).columns(np.full((1, 7), np.nan))

    @pytest.mark.parametrize("labels", [[0, 3], [-1, 0], [0], [[0, 1]]])
    def test_labels_of_another_table(self, save, labels):
        with pytest.raises(DataError, match="labels must be one class number from 0 to 2 for each of 2 samples"):
            CsvTable(path=save(PEOPLE), label="grade").columns(np.zeros((2, 6)), np.array(labels))

    def test_a_file_that_has_vanished(self, save, tmp_path):
        path = save(PEOPLE)
        (tmp_path / "table.csv").unlink()
        with pytest.raises(DataError, match=f"^{re.escape(str(path))} does not exist; check path=$"):
            CsvTable(path=path).columns(np.zeros((1, 8)))


class TestRefused:
    def test_no_path(self):
        with pytest.raises(DataError, match=r"dataset 'csv' needs a file, such as csv:path=table.csv"):
            CsvTable().spec()

    @pytest.mark.parametrize(
        ("text", "options", "message"),
        [
            ("x,y\n1,a\n3,b\n", {"numeric": ("y",)}, "column 'y' holds 'a' on line 2 instead of a number; correct the"),
            ("x,y\n1,a\n,\n3,\n", {"label": "y"}, "column 'y' holds '' on line 3 instead of a class (missing=drop"),
            ("x,y\n,2\n1,2\n3,u\n", {"missing": "drop", "numeric": ("y",)}, "column 'y' holds 'u' on line 4 instead"),
            ("x,y\n1,2\n3\n", {}, "line 3 has 1 cells, but the header names 2 columns"),
            ("x,y\n", {}, "has a header but no rows"),
            ("x,y\n1,a\n1,a\n", {}, "has no columns to learn: only the label, constants, ids and columns"),
            ("x,y\n1,\n,2\n", {"missing": "drop"}, "has a missing value in every row, so missing=drop leaves none"),
        ],
    )
    def test_broken_tables(self, save, text, options, message):
        path = save(text)
        with pytest.raises(DataError, match=f"^{re.escape(str(path))}: {re.escape(message)}") as caught:
            CsvTable(path=path, **options).load()
        assert "\n" not in str(caught.value)

    def test_a_missing_word_is_a_category_among_words(self, save):
        dataset = CsvTable(path=save("x\nNA\nDE\nFR\n"), test_share=0.0)
        assert dataset.columns(samples_of(dataset)) == {"x": ["NA", "DE", "FR"]}

    def test_a_folder(self, tmp_path):
        with pytest.raises(DataError, match=f"^{tmp_path} cannot be read: Is a directory"):
            CsvTable(path=tmp_path).load()

    @pytest.mark.parametrize("options", [{"label": "no"}, {"category": ("age", "no")}, {"leave_out": ("no",)}], ids=str)
    def test_a_column_that_is_not_there(self, save, options):
        field = next(iter(options))
        with pytest.raises(
            DataError, match=f"has no column 'no', which {field}= names; its columns are age, kind, score"
        ):
            CsvTable(path=save(PEOPLE), **options).load()

    def test_no_column_left(self, save):
        with pytest.raises(DataError, match="no columns to learn: only the label"):
            CsvTable(path=save("x,y\n1,2\n"), label="y", leave_out=("x",)).load()
        with pytest.raises(DataError, match="label= and leave_out= both name the column 'y'"):
            CsvTable(path=save("x,y\n1,2\n"), label="y", leave_out=("y",)).load()

    def test_every_column_of_free_text_is_named_at_once(self, save):
        rows = "".join(
            f"{row * 37 % 1009} Smith {row},{row * 11 % 1013} apples {row},{row % 7}\n" for row in range(100)
        )
        with pytest.raises(DataError, match=r"column 'name' holds 100 .*; column 'note' holds 100 different texts"):
            CsvTable(path=save("name,note,x\n" + rows)).load()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"test_share": 1.0},
            {"seed": -1},
            {"delimiter": ";;"},
            {"missing": "refuse"},
            {"date_format": "%Q"},
            {"many": 3},
        ],
    )
    def test_wrong_parameters(self, wrong):
        with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
            ganreg.create("dataset", "csv", **wrong)


KINDS = "id,zip,ok,score,city,day\n" + "".join(
    f"C{row:04d},{row % 7:05d},{'yes' if row % 3 else 'no'},{'' if row % 4 == 0 else row % 97 / 8},"
    f"{'' if row % 5 == 0 else 'ab'[row % 2]},{1 + row % 28}.{1 + row % 12}.2023\n"
    for row in range(200)
)


class TestState:
    @pytest.fixture
    def dataset(self, save):
        return CsvTable(path=save(KINDS), label="ok", id=("id",), test_share=0.0)

    def test_rows_come_back_as_they_are_written_but_for_ids(self, dataset):
        data = dataset.load()
        table = dataset.columns(data.train, data.train_labels)
        rows = list(csv.DictReader(io.StringIO(KINDS)))
        for name, values in table.items():
            cells = [row[name] for row in rows]
            if name == "score":
                assert values == [float(cell) if cell else None for cell in cells]
            elif name != "id":
                assert ["" if value is None else value for value in values] == cells
        assert table["id"][:2] == ["C0200", "C0201"]

    def test_a_state_stands_for_the_file(self, dataset, tmp_path):
        state = json.loads(json.dumps(dataset.fitted_state()))
        data, there = dataset.load(), dataset.columns(dataset.load().train, dataset.load().train_labels)
        restored = CsvTable(path=tmp_path / "gone.csv").with_state(state)

        assert restored.spec() == dataset.spec()
        assert restored.fitted_state() == dataset.fitted_state()
        assert restored.columns(data.train, data.train_labels) == there

    def test_a_file_that_grew_is_read_by_the_state(self, dataset, save):
        state, before = dataset.fitted_state(), dataset.load()
        path = save(KINDS + "X1,00001,yes,9999,a,1.1.2050\n")
        data = attrs.evolve(dataset, path=path).with_state(state).load()

        np.testing.assert_array_equal(data.train[:200], before.train)
        assert dataset.columns(data.train[200:])["score"] == [96 / 8]  # the greatest score of the training

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (KINDS + "X1,00009,yes,1,a,1.1.2023\n", "column 'zip' holds '00009' on line 202 instead of one of the"),
            (KINDS.replace("zip", "post", 1), "has no column 'zip', which the run was trained on"),
        ],
    )
    def test_a_file_that_the_state_does_not_fit(self, dataset, save, text, message):
        state = dataset.fitted_state()
        path = save(text)
        with pytest.raises(DataError, match=message):
            CsvTable(path=path, label="ok").with_state(state).load()

    def test_rows_with_gaps_can_be_dropped(self, save):
        data = CsvTable(path=save(KINDS), id=("id",), missing="drop", test_share=0.0).load()
        assert len(data.train) == sum(row % 4 != 0 and row % 5 != 0 for row in range(200))

    def test_summaries_show_what_cannot_be_used(self, save):
        found = CsvTable(path=save(KINDS), date=("zip",), id=("id",)).summarize()
        by_name = {one.name: one for one in found}
        assert [name for name, one in by_name.items() if not one.usable] == ["zip"]
        assert "on line 2 is not dates in one format" in by_name["zip"].note
        assert by_name["city"].missing == 0.2


def test_the_cases_of_the_field(save):
    """Spikes with a tail, dates, time stamps, other delimiters and the index of pandas; see the numbers that go in."""
    stream = np.random.default_rng(0)
    gains = [0 if stream.random() < 0.92 else int(stream.lognormal(8, 1)) for _ in range(2000)] + [99_999]
    days = [f"2023{1 + i % 12:02d}{1 + i % 28:02d}" for i in range(300)]
    stamps = [f"2023-01-{1 + i % 28:02d} {i % 24:02d}:{i % 60:02d}:00" for i in range(300)]
    shares = [f"{i % 7},{i:03d}" for i in range(300)]
    for name, header, cells in (
        ("gain.csv", "gain", gains),
        ("ymd.csv", "when", days),
        ("t.csv", "t", stamps),
        ("semi.csv", "share;x", [f"{one};1" for one in shares]),
        ("tab.tsv", "share\tx", [f"{one}\t1" for one in shares]),
    ):
        dataset = CsvTable(path=save(header + "\n" + "".join(f"{one}\n" for one in cells), name=name), test_share=0.0)
        column = next(iter(dataset.columns(samples_of(dataset)).values()))
        expected = shares if "share" in header else cells
        if "share" in header:
            assert [float(one.replace(",", ".")) for one in column] == [
                float(one.replace(",", ".")) for one in expected
            ]
        else:
            assert column == expected
        assert dataset.spec().size <= 12


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=8).filter(
    lambda text: text.strip() == text and not text.startswith("\ufeff")
)
columns_of_text = st.integers(1, 6).flatmap(
    lambda count: st.lists(
        st.one_of(
            st.lists(words, min_size=count, max_size=count),
            st.lists(st.integers(-1000, 1000), min_size=count, max_size=count),
            st.lists(st.decimals(-100, 100, places=2), min_size=count, max_size=count),
            st.lists(st.dates(), min_size=count, max_size=count),
            st.lists(st.sampled_from(["yes", "no", ""]), min_size=count, max_size=count),
        ),
        min_size=1,
        max_size=4,
    )
)


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
@shared_folder
@given(columns=columns_of_text)
def test_round_trip_of_any_table(tmp_path, columns):
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([f"c{index}" for index in range(len(columns))])
    writer.writerows(zip(*columns, strict=True))
    path = tmp_path / "any.csv"
    path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    dataset = CsvTable(path=path, test_share=0.0, delimiter="comma", decimal=".")
    try:
        table = dataset.columns(samples_of(dataset))
    except DataError as error:
        assume("no columns to learn" not in str(error) and "no rows" not in str(error))
        raise
    for (name, values), cells in zip(table.items(), columns, strict=True):
        texts = [str(cell) for cell in cells]
        kind = next(one.kind for one in dataset.summarize() if one.name == name)
        if kind in ("integer", "numeric"):
            present = [
                (value, text) for value, text in zip(values, texts, strict=True) if isinstance(value, (int, float))
            ]
            np.testing.assert_allclose([one for one, _ in present], [float(text) for _, text in present], atol=1e-5)
            assert all(
                text.lower() in ("", *MISSING) for one, text in zip(values, texts, strict=True) if isinstance(one, str)
            )
        elif kind != "id":
            assert ["" if value is None else str(value) for value in values] == texts, name


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
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
