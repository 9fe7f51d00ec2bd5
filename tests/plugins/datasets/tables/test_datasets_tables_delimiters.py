import pytest
from ganreg_datasets.tables.delimiters import delimiter_of, recognised_delimiter


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n", ","),
        ("age;sex;income\n20;m;1,5\n30;f;2,5\n", ";"),
        ("a\tb\tc, or d\n1\t2\tx, y\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('"a;b",c\n"1;2",3\n', ","),
        ("single\n1\n2\n", ","),
        ("", ","),
        ("a;b;c\n1;2\n", ";"),  # a broken row; reading it says so
    ],
)
def test_the_delimiter_that_suits_every_row(text, expected):
    assert recognised_delimiter(text) == expected


def test_a_line_that_was_cut_off_does_not_count():
    assert recognised_delimiter("a;b;c\n1;2,5;3\n1;2,5;3\n1;2,") == ";"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("tab", "\t"), ("\\t", "\t"), ("semicolon", ";"), (";", ";"), ("", ""), (" ", " "), ("\t", "\t")],
)
def test_words_for_delimiters(text, expected):
    assert delimiter_of(text) == expected


@pytest.mark.parametrize("text", [";;", '"', "\n", "tabs"])
def test_other_text_is_refused(text):
    with pytest.raises(ValueError, match="'delimiter' must be one character or one of comma, semicolon, tab"):
        delimiter_of(text)
