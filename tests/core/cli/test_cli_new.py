"""`ganreg new`."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of the test's own, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_says_what_to_do_next(call, make_registry, folder):
    answer = call(make_registry(), "new", "plugin", "acme-gan")

    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "Wrote 8 files to acme-gan. Next:",
        "  pip install -e './acme-gan[test]'",
        "  pytest ./acme-gan",
        "  ganreg train --steps 500 -r acme",
    ]
    assert (folder / "acme-gan" / "acme_gan" / "regularizer.py").is_file()


def test_what_training_has_no_use_for_is_checked(call, make_registry):
    answer = call(make_registry(), "new", "plugin", "acme-gan", "--kind", "metric")

    assert answer.out.splitlines()[-1] == "  ganreg check acme-gan"


def test_kinds_and_the_folder_can_be_chosen(call, make_registry, folder):
    answer = call(
        make_registry(), "new", "plugin", "acme-gan", "--kind", "loss", "--kind", "dataset", "--out", "my folder"
    )

    lines = answer.out.splitlines()
    assert lines[1:3] == ["  pip install -e './my folder[test]'", "  pytest './my folder'"]
    assert lines[3].endswith("-l acme --dataset acme")
    assert (folder / "my folder" / "acme_gan" / "dataset.py").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Acme GAN",), "Error: a plugin's name is lower-case words joined by hyphens, got 'Acme GAN'"),
        (("hinge", "--kind", "loss"), "Error: loss 'hinge' is offered by other-gan already; choose another name"),
        (("acme-gan", "--kind", "recipe"), "Error: Invalid value for '--kind': 'recipe' is not one of"),
        ((), "Error: Missing argument 'NAME'"),
    ],
)
def test_wrong_input_is_a_line_and_exit_code_2(call, point, make_registry, hinge, folder, arguments, message):
    answer = call(make_registry(point("other-gan", ganreg_losses=[hinge])), "new", "plugin", *arguments)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(message)
    assert not list(folder.iterdir())


def test_a_second_time_nothing_is_overwritten(call, make_registry, folder):
    call(make_registry(), "new", "plugin", "acme-gan")
    (folder / "acme-gan" / "README.md").write_text("mine")

    answer = call(make_registry(), "new", "plugin", "acme-gan")

    assert answer.code == 2
    assert answer.err == "Error: acme-gan exists already; choose another name, or another folder with --out\n"
    assert (folder / "acme-gan" / "README.md").read_text() == "mine"


def test_alone_it_lists_what_can_be_begun(call, make_registry):
    answer = call(make_registry(), "new")

    assert answer.code == 0
    assert "plugin  Create a package with a component of your own." in answer.out
