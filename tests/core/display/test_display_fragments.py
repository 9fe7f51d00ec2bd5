"""Pieces of HTML: all text is escaped, and none is endless."""

from __future__ import annotations

from ganreg.display.fragments import Whole, cut, fragment, spec_shown

NASTY = "<script>alert(1)</script>"


def test_text_is_escaped_and_cut():
    page = fragment(
        "comparison.html", state=NASTY, columns=[NASTY], rows=[[NASTY * 1000]], numbers=(), notes=[], errors=[]
    )

    assert NASTY not in page
    assert page.count("&lt;script&gt;alert(1)") > 2
    assert len(page) < 5000
    assert "…" in page


def test_text_of_the_package_itself_is_whole_but_escaped():
    page = fragment(
        "comparison.html", state="", columns=[], rows=[[Whole("<" + "1" * 1000)]], numbers=(), notes=[], errors=[]
    )
    assert "&lt;" + "1" * 1000 in page


def test_long_text_ends_with_an_ellipsis_in_one_line():
    assert cut("a\n b  c") == "a b c"
    assert cut("abcdef", 4) == "abc…"
    assert cut(12) == "12"


def test_a_spec_is_its_name_and_its_parameters():
    assert spec_shown("r1:every=16,weight=2") == {"name": "r1", "parameters": "every=16, weight=2"}
    assert spec_shown("hinge") == {"name": "hinge", "parameters": ""}
