"""Texts of strangers: one line, of a bounded length, and harmless to terminals."""

import unicodedata

import pytest

from ganreg.texts import described, printable, text_of


class MuteError(Exception):
    def __init__(self, failure):
        super().__init__()
        self.failure = failure

    def __str__(self):
        raise self.failure


@pytest.mark.parametrize("failure", [RuntimeError("in str"), KeyboardInterrupt(), SystemExit(3), RecursionError()])
def test_an_error_whose_text_fails_has_a_text(failure):
    name = type(failure).__name__

    assert described(MuteError(failure)) == f"MuteError: its text cannot be shown ({name})"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("two\n  lines\t"), "ValueError: two lines"),
        (ValueError(), "ValueError"),
        (ValueError("x" * 50_000_000), "ValueError: " + "x" * 300 + "..."),
        (ValueError(("\n" * 99 + "y") * 1000), None),
    ],
)
def test_a_text_is_one_line_of_a_bounded_length(error, text):
    assert text is None or described(error) == text
    assert "\n" not in described(error)
    assert len(text_of(error, 10)) <= 13


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ü and 漢字\n\tindented", "plain, ü and 漢字\n\tindented"),
        ("\x1b[2Jgone\x07", r"\x1b[2Jgone\x07"),
        ("over\rwritten\x08\x7f", r"over\rwritten\x08\x7f"),
        ("\x9b31m", r"\x9b31m"),
        ("abc\u202eexe.txt", r"abc\u202eexe.txt"),
        ("a\ud800", r"a\ud800"),
    ],
)
def test_what_controls_a_terminal_is_escaped(text, shown):
    assert printable(text) == shown


def test_every_control_character_of_unicode_is_escaped():
    kept = [
        chr(code)
        for code in range(0x10000)
        if unicodedata.category(chr(code)) == "Cc" and chr(code) in printable(chr(code))
    ]

    assert kept == ["\t", "\n"]
