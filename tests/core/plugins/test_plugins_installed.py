"""The metadata of installed distributions, including broken ones."""

from __future__ import annotations

import importlib.metadata
import json

import pytest

from ganreg import PluginError
from ganreg.plugins.installed import Origin, installed_entry_points, normalized, origin


class FakeDistribution:
    """Stands for an installed acme-gan 3.0."""

    class metadata:  # noqa: N801 - as importlib.metadata has it
        @staticmethod
        def get_all(name):
            return {"Requires-Dist": ["attrs", "ganreg>=0.1"]}[name]

        def __class_getitem__(cls, name):
            return {"Name": "acme-gan", "Version": "3.0"}[name]


def fake_point(name, distribution):
    point = importlib.metadata.EntryPoint(name, "json", "ganreg")
    vars(point).update(dist=distribution)
    return point


def test_entry_points_are_sorted_and_have_their_distribution_and_requirements(monkeypatch):
    found = [fake_point(name, FakeDistribution) for name in ("b", "a", "b")]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: found * (group == "ganreg"))

    points = list(installed_entry_points())

    assert [(point.name, point.distribution, point.version) for point in points] == [
        ("a", "acme-gan", "3.0"),
        ("b", "acme-gan", "3.0"),
    ]
    assert points[0].requirements == ("attrs", "ganreg>=0.1")
    assert points[0].load().__name__ == "json"


def test_an_entry_point_without_a_distribution_is_still_found(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [fake_point("a", None)])

    assert [(point.distribution, point.version) for point in installed_entry_points()] == [("unknown", "0")]


def test_names_are_normalized_as_by_package_indexes():
    assert normalized("Acme__GAN.x") == "acme-gan-x"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Puts a distribution on the path that consists only of the metadata that pip writes."""
    monkeypatch.syspath_prepend(tmp_path)

    def install(name, *, entry_points=b"", direct_url=None, metadata=True):
        folder = tmp_path / f"{name.replace('-', '_')}-1.0.dist-info"
        folder.mkdir()
        if metadata:
            (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_bytes(entry_points)
        if direct_url is not None:
            (folder / "direct_url.json").write_text(json.dumps(direct_url))
        return tmp_path

    return install


@pytest.mark.parametrize("text", [b"[ganreg]\nno equals sign\n", b"\xff\xfe[ganreg]\nbad = json\n"])
def test_an_unreadable_distribution_loses_only_its_own_plugins(install, text):
    before = {point.distribution for point in installed_entry_points()}
    install("bad-gan", entry_points=text)
    install("good-gan", entry_points=b"[ganreg]\ngood = json\n")

    points = {point.distribution: point for point in installed_entry_points()}

    assert points.keys() == before | {"bad-gan", "good-gan"}
    assert points["good-gan"].load().__name__ == "json"
    with pytest.raises(PluginError, match=r"entry_points\.txt cannot be read; reinstall the distribution"):
        points["bad-gan"].load()


def test_unreadable_metadata_loses_only_its_own_plugins(install):
    folder = install("bad-gan", entry_points=b"[ganreg]\nbad = json\n")
    (folder / "bad_gan-1.0.dist-info" / "METADATA").write_bytes(b"Name: bad-gan\nAuthor: \xff\xfe\n")
    install("good-gan", entry_points=b"[ganreg]\ngood = json\n")

    points = {point.distribution: point for point in installed_entry_points()}

    assert points["good-gan"].load().__name__ == "json"
    assert points["unknown"].version == "0"
    with pytest.raises(PluginError, match=r"METADATA of a distribution in .* cannot be read; reinstall"):
        points["unknown"].load()
    assert origin("bad-gan") == Origin(str(folder), False, "bad-gan==0", False)


def test_an_unreadable_distribution_without_plugins_is_not_reported(install):
    install("other", entry_points=b"[console_scripts]\nno equals sign\n")

    assert "other" not in {point.distribution for point in installed_entry_points()}


def test_a_distribution_without_metadata_is_unknown(install):
    install("bare-gan", entry_points=b"[ganreg]\nbare = json\n", metadata=False)

    assert ("bare", "unknown", "0") in {
        (point.name, point.distribution, point.version) for point in installed_entry_points()
    }


ELSEWHERE = "https://example.com/acme/gan"
ORIGINS = {
    "index": (None, "acme-gan==1.0", False),
    "folder": ({"url": "file:///src/acme%20gan", "dir_info": {}}, "acme-gan==1.0", True),
    "repository": (
        {"url": ELSEWHERE, "vcs_info": {"vcs": "git", "commit_id": "0a1b"}},
        f"acme-gan @ git+{ELSEWHERE}@0a1b",
        False,
    ),
    "address": ({"url": f"{ELSEWHERE}.whl", "archive_info": {}}, f"acme-gan @ {ELSEWHERE}.whl", False),
}


@pytest.mark.parametrize("how", ORIGINS)
def test_the_origin_and_requirement_of_a_distribution(install, how):
    direct_url, requirement, local = ORIGINS[how]
    folder = install("acme-gan", direct_url=direct_url)

    assert origin("Acme_GAN") == Origin(str(folder), False, requirement, local)


def test_the_location_of_an_editable_distribution_is_its_source(install):
    install("acme-gan", direct_url={"url": "file:///src/acme%20gan", "dir_info": {"editable": True}})

    assert origin("acme-gan") == Origin("/src/acme gan", True, "acme-gan==1.0", True)


@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b"\xff",
        b"[]",
        b'{"url": 3}',
        b'{"url": "https://example.com", "dir_info": null}',
        b'{"url": "https://example.com", "vcs_info": {"vcs": "git"}}',
    ],
)
def test_a_malformed_origin_is_ignored(install, text):
    folder = install("acme-gan")
    (folder / "acme_gan-1.0.dist-info" / "direct_url.json").write_bytes(text)

    assert origin("acme-gan") == Origin(str(folder), False, "acme-gan==1.0", False)


@pytest.mark.parametrize("name", ["no-such-gan", ""])
def test_a_missing_distribution_has_no_origin(name):
    assert origin(name) is None
