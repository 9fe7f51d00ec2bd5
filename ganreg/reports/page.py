"""Renders self-contained HTML pages: scripts, styles and data are included, and the page may fetch nothing."""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

import ganreg
from ganreg.reports.reading import Number, finite

if TYPE_CHECKING:
    from jinja2 import Environment

DATA = 'const report = JSON.parse(document.getElementById("data").textContent);'
"""The first script of every page: it parses the page's data."""


def render(template: str, scripts: Sequence[str], data: Mapping[str, Any], **content: Any) -> str:
    """Renders a page.

    A content security policy in its head allows the browser to run exactly these scripts and to load nothing.

    Args:
        template: the name of a file in `templates/`.
        scripts: the names of files in `assets/`, in the order in which they run.
        data: the object that the scripts read as `report`; plain values without NaN.
        content: the variables of the template; all text is escaped.
    """
    from markupsafe import Markup

    library = _plotly() if data.get("charts") else None
    texts = [DATA, *(_asset(name) for name in scripts)]
    return (
        environment("ganreg.reports")
        .get_template(template)
        .render(
            policy=_policy([*texts, *([library] if library else [])]),
            style=Markup(_asset("report.css")),  # noqa: S704 - the package's own file
            scripts=[Markup(text) for text in texts],  # noqa: S704
            library=_packed(library) if library else "",
            data=data,
            **content,
        )
    )


@functools.cache
def environment(package: str) -> Environment:
    """The templates of a package, which escape all text.

    Args:
        package: holds a folder `templates/`.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"allow_nan": False, "separators": (",", ":")}
    made.filters["number"] = shown
    made.filters["exactly"] = exactly
    made.filters["finite"] = finite
    made.globals["version"] = ganreg.__version__
    return made


def shown(value: Number) -> str:
    """Formats a number for a table with five significant digits; `None` becomes an en dash."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.5g}"


def exactly(value: Number) -> str:
    """Formats a number with all its digits; `None` becomes an empty string."""
    return "" if value is None else repr(value)


def _policy(scripts: Sequence[str]) -> str:
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts]
    return (
        f"default-src 'none'; script-src {' '.join(hashes)}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


@functools.cache
def _asset(name: str) -> str:
    return (resources.files("ganreg.reports") / "assets" / name).read_text(encoding="utf-8")


@functools.cache
def _plotly() -> str:
    return (resources.files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")


@functools.cache
def _packed(script: str) -> str:
    """The compressed script, which the page unpacks: 2 MB instead of 4.8 MB."""
    return base64.b64encode(gzip.compress(script.encode(), compresslevel=6, mtime=0)).decode()
