import numpy as np
import pytest
from ganreg_datasets.tables.dates import described
from ganreg_datasets.tables.encoding import CellError
from ganreg_datasets.tables.inference import Rules, decide

DATES = [f"2023{1 + row % 12:02d}{1 + row % 28:02d}" for row in range(300)]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (range(18, 80), "integer"),
        ([1.5, 2.25, 3.0], "numeric"),
        (["1.5", "NA", "2"], "numeric"),
        (["a", "b", "a"], "category"),
        (["NA", "DE", "FR"], "category"),
        (["00123", "04567", "00123"], "category"),
        (["true", "false", "true"], "boolean"),
        (["Yes", "No", ""], "boolean"),
        ([0, 1, 1], "boolean"),
        (["7", "7"], "constant"),
        (["", ""], "constant"),
        (["?", "?"], "constant"),
        (DATES, "date"),
        (["2023-01-27 20:23:00", "2023-01-28 20:23:00", ""], "date"),
        ([f"C-{row}" for row in range(300)], "id"),
        (["12345678901234567", "22345678901234567"] * 20, "category"),
        ([12345678901234567 + row for row in range(50)], "id"),
        ([10_000_000, 99_999_999], "integer"),
    ],
    ids=str,
)
def test_what_a_column_holds(column, cells, kind):
    decision = decide(column(*cells), Rules())

    assert (decision.kind, decision.problem) == (kind, "")
    np.testing.assert_array_equal(decision.values, decision.encoding.read(column(*cells)))


@pytest.mark.parametrize("name", ["id", "customer_id", "customerId", "ID", "No", "row index"])
def test_integers_that_differ_in_every_row_are_ids_if_their_name_says_so(column, name):
    assert decide(column(*range(100, 400), name=name), Rules(most_modes=1)).kind == "id"
    other = decide(column(*range(100, 400), name="paid"), Rules(most_modes=1))
    assert other.kind == "integer"
    assert "id=[paid]" in other.note


def test_ids_are_warned_of(column):
    assert "taken as an id" in decide(column(*[f"C-{row}" for row in range(300)]), Rules()).warning


@pytest.mark.parametrize("texts", [[f"{chr(97 + row % 26)}{row * 7919 % 1009} Smith Jr" for row in range(300)]])
def test_texts_that_hardly_repeat_are_refused_with_a_choice(column, texts):
    decision = decide(column(*texts, name="name"), Rules())

    assert decision.encoding is None
    for remedy in ("300 different texts in 300 rows", "leave_out=[name]", "id=[name]", "category=[name]"):
        assert remedy in decision.problem
    assert decide(column(*texts, name="name"), Rules(), "category").encoding.width == 300


def test_too_many_categories_are_refused_or_folded(column):
    texts = [f"town {chr(97 + row % 5)}{row // 3}" for row in range(90)] * 3

    refused = decide(column(*texts), Rules(most_categories=20))
    folded = decide(column(*texts), Rules(most_categories=20, fold=True))

    assert "many=fold" in refused.problem
    assert (folded.encoding.width, len(folded.encoding.rare)) == (20, 90 - 19)
    assert "many=fold" in decide(column(*texts), Rules(most_categories=20), "category").problem


@pytest.mark.parametrize(
    ("cells", "asked", "kind"),
    [
        (["007", "012"], "numeric", "integer"),
        (["1.0", "2.0"], "integer", "integer"),
        (["1", "2"], "category", "category"),
        (["202301", "202312"], "id", "id"),
        (["x y", "z"], "id", "id"),
    ],
)
def test_what_the_user_says_counts(column, cells, asked, kind):
    assert decide(column(*cells), Rules(), asked).kind == kind


@pytest.mark.parametrize(
    ("cells", "asked", "message"),
    [
        (["1", "x"], "numeric", "holds 'x' instead of a number"),
        (["1", "2.5"], "integer", "holds '2.5' instead of an integer"),
        (["", ""], "numeric", "holds '' instead of a number"),
        (["soon", "later"], "date", "holds 'soon' instead of dates in one format"),
    ],
)
def test_what_a_column_does_not_hold_is_refused(column, cells, asked, message):
    with pytest.raises(CellError, match=message):
        decide(column(*cells), Rules(), asked)


def test_a_decimal_comma_is_recognised_unless_it_is_excluded(column):
    cells = ["1,5", "2,25"] * 20

    assert decide(column(*cells), Rules()).kind == "numeric"
    assert decide(column(*cells), Rules(comma=False)).kind == "category"


def test_an_ambiguous_date_is_warned_of_and_can_be_settled(column):
    cells = ["1/2/2023", "12/11/2023"]

    assert "%d/%m/%Y fits as well" in decide(column(*cells), Rules()).warning
    settled = decide(column(*cells), Rules(form=described("%d/%m/%Y")))
    assert (settled.warning, settled.encoding.form.pattern) == ("", "%d/%m/%Y")
    with pytest.raises(CellError, match="holds '1/2/2023' instead of a date in the format %Y"):
        decide(column(*cells), Rules(form=described("%Y-%m-%d")), "date")


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1e999"])
def test_an_infinite_number_is_refused(column, cell):
    decision = decide(column(*range(10), cell, *range(10)), Rules())
    assert decision.encoding is None
    assert decision.problem.startswith(f"column 'x' holds numbers, but '{cell}' in row 11; correct the cell")
    assert decide(column(*range(10), cell), Rules(), "category").kind == "category"


def test_a_text_among_numbers_is_warned_of(column):
    decision = decide(column(*range(18), "2x"), Rules())
    assert decision.kind == "category"
    assert decision.warning.startswith("column 'x' holds numbers, but '2x' in row 19, and is taken as categories")
    assert decide(column(*range(300), "2x"), Rules()).problem.endswith("column 'x' holds numbers, but '2x' in row 301")


def test_codes_of_letters_and_digits_are_categories(column):
    decision = decide(column("20", "60", "A1", "B2"), Rules())
    assert (decision.kind, decision.warning, decision.problem) == ("category", "", "")
