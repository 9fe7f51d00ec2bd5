"""Pages that hold all they need and let nothing else run."""

import base64
import gzip
import hashlib
import html
import json
import re
from importlib import resources

import pytest

from ganreg.reports.page import exactly, render, shown

NASTY = "</script><script>alert(\"&'1')</script>"


@pytest.fixture(scope="module")
def page():
    """A page on the base template alone."""
    return render("base.html", ["tables.js"], {"charts": [{"title": NASTY}], "name": NASTY})


def scripts(page):
    """The contents of what a browser takes for scripts, by type."""
    return re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)


def test_data_cannot_end_its_script(page):
    (data,) = [text for attributes, text in scripts(page) if "application/json" in attributes]
    assert json.loads(data)["name"] == NASTY
    assert NASTY not in page


def test_the_policy_lets_exactly_these_scripts_run(page):
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])
    run = [text for attributes, text in scripts(page) if not attributes]
    packed = next(text for attributes, text in scripts(page) if "gzip" in attributes)
    run.append(gzip.decompress(base64.b64decode(packed)).decode())
    expected = {f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in run}
    assert set(re.search("script-src ([^;]*)", policy)[1].split()) == expected
    assert policy.startswith("default-src 'none';")


def test_the_library_is_plotlys_own(page):
    packed = next(text for attributes, text in scripts(page) if "gzip" in attributes)
    own = (resources.files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    assert gzip.decompress(base64.b64decode(packed)) == own


def test_nothing_is_loaded_from_elsewhere(page):
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", page)
    assert "@import" not in page
    assert "url(" not in page


def test_a_page_without_charts_carries_no_library():
    assert len(render("base.html", [], {"charts": []})) < 100_000


def test_numbers_that_json_does_not_know_are_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        render("base.html", [], {"charts": [], "value": float("nan")})


@pytest.mark.parametrize(
    ("value", "short", "exact"),
    [(None, "–", ""), (1 / 3, "0.33333", repr(1 / 3)), (12000, "12,000", "12000"), (1.5e-9, "1.5e-09", "1.5e-09")],
)
def test_numbers_in_tables(value, short, exact):
    assert shown(value) == short
    assert exactly(value) == exact
