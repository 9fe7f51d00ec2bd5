"""How Sphinx builds the manual: `sphinx-build -W --keep-going -n docs site`."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import command_pages  # noqa: E402 - in this folder
import component_pages  # noqa: E402
import papers  # noqa: E402

import ganreg  # noqa: E402

# The pages about components and commands are made from the registry and the command line at each build.
component_pages.write(HERE / "components")
command_pages.write(HERE / "commands")

project = "ganreg"
author = "the authors of ganreg"
version = release = ganreg.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click", "sphinx_design"]
exclude_patterns = ["examples", "**/README.md", "**/.ipynb_checkpoints"]
nb_execution_mode = "off"  # `python docs/run_notebooks.py` stores the outputs
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_typehints = "none"  # docstrings say what arguments are, in words
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
default_role = "literal"  # docstrings quote code in single backticks
nitpicky = True
suppress_warnings = ["ref.python"]  # attributes that several classes have are taken for references
nitpick_ignore_regex = [("py:.*", r".*")]  # docstrings name types of Keras, TensorFlow and numpy, which are elsewhere

html_theme = "furo"
html_title = "ganreg"
html_static_path = ["_static"]
html_css_files = ["manual.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_copyright = False
pygments_style = "default"

_SEVERAL = re.compile(r"( +)(\w+(?:, \w+)+): ")


def prepare(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Makes links from papers, and gives attributes that share a line of a docstring one line each, for napoleon."""
    section, told = "", []
    for line in map(papers.in_rst, lines):
        section = line.strip() if re.fullmatch(r" *[A-Z]\w+:", line) else section
        several = _SEVERAL.match(line) if section in ("Attributes:", "Args:") else None
        if several is not None:
            *others, last = several[2].split(", ")
            told += [f"{several[1]}{other}: as `{last}`." for other in others]
            line = f"{several[1]}{last}: {line[several.end() :]}"  # noqa: PLW2901 - what is left of it
        told.append(line)
    lines[:] = told


def escape(app: Any, context: Any, lines: list[str]) -> None:
    """Keeps the asterisks of a command's help as they are, which is plain text."""
    lines[:] = [line.replace("*", "\\*") for line in lines]


def setup(app: Any) -> None:
    """Has docstrings and help texts changed before they are read as reStructuredText."""
    app.connect("autodoc-process-docstring", prepare, priority=400)  # before napoleon
    for part in ("description", "epilog"):
        app.connect(f"sphinx-click-process-{part}", escape)
