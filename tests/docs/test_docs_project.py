"""What the distributions and the repository's own files have in common."""

import re
import tomllib
from pathlib import Path

import pytest

from ganreg.version import __version__

ROOT = Path(__file__).parents[2]
PLUGINS = sorted(ROOT.glob("plugins/*/"))


def project(folder):
    return tomllib.loads((folder / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda folder: folder.name)
def test_a_plugin_has_the_version_licence_readme_and_links_of_the_core(folder):
    own = project(folder)
    assert own["version"] == __version__
    assert own["urls"] == project(ROOT)["urls"]
    assert own["license"] == project(ROOT)["license"]
    assert (folder / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert folder.name in (folder / own["readme"]).read_text()


def test_the_extra_standard_is_all_plugins():
    assert set(project(ROOT)["optional-dependencies"]["standard"]) == {folder.name for folder in PLUGINS}


def test_the_citation_names_the_version():
    assert f"version: {__version__}\n" in (ROOT / "CITATION.cff").read_text()


def test_every_local_link_and_picture_of_the_readme_becomes_absolute_in_the_package_index():
    hook = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["metadata"]["hooks"][
        "fancy-pypi-readme"
    ]
    text = (ROOT / "README.md").read_text()
    for rule in hook["substitutions"]:
        text = re.sub(rule["pattern"], rule["replacement"], text)
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    assert len(targets) >= 10
    assert [target for target in targets if not target.startswith(("https://", "#"))] == []


def test_versions_of_python_are_those_that_are_tested():
    tested = re.findall(r'"(3\.\d+)"', (ROOT / ".github/workflows/ci.yml").read_text())
    classified = re.findall(r"Python :: (3\.\d+)", " ".join(project(ROOT)["classifiers"]))
    assert sorted(set(tested)) == sorted(classified)
