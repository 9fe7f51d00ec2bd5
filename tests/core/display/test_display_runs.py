"""Runs in a notebook: what their folders hold, whoever wrote it."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

import ganreg
from ganreg.display.runs import html, last_iteration, last_picture, text

NASTY = "<script>alert(1)</script>"


def test_a_run_shows_its_state_scores_findings_and_newest_samples(run_folder, parsed):
    score = {"name": NASTY, "value": 0.25, "error": 0.01, "baseline": 0.125, "metric": "moments"}
    (run_folder / "evaluation.json").write_text(json.dumps([score]))
    finding = {"iteration": 120, "name": "mode-collapse", "message": f"{NASTY} is gone", "hint": "packing"}
    (run_folder / "health.jsonl").write_text(json.dumps(finding) + "\n")
    run = ganreg.Run.read(run_folder)

    tags = parsed(html(run))

    assert text(run) == f"<Run {str(run_folder)!r}: quadratic, 300 of 300 iterations>"
    for shown in (str(run_folder), "hinge margin=2", "12.5 s", f"{NASTY} 0.25 0.01 0.125", "D loss", "graph, 50"):
        assert shown in tags.text
    assert f"mode-collapse after 120 iterations: {NASTY} is gone Try: packing" in tags.text
    assert "samples after 300 iterations" in tags.text
    assert {"img", "svg"} <= tags.names


def test_an_unfinished_run_says_how_far_it_is(run_folder):
    record = run_folder / "run.toml"
    record.write_text(record.read_text().partition("[result]")[0])

    assert text(ganreg.Run.read(run_folder)).endswith("300 of 300 iterations, unfinished>")


@pytest.mark.parametrize("content", [b"", b"\0\xff\xfe" * 100, b"[" * 10_000, b'{"a": 1}', b"iteration\n1e999,2\n"])
def test_damaged_files_are_left_out(run_folder, content, parsed):
    run = ganreg.Run.read(run_folder)
    names = ("recipe.toml", "run.toml", "metrics.csv", "evaluations.csv", "evaluation.json", "health.jsonl")
    for path in [*(run_folder / name for name in names), *(run_folder / "samples").glob("*.png")]:
        path.write_bytes(content)

    tags = parsed(html(run))

    assert "quadratic" in tags.text
    assert "img" not in tags.names
    assert text(run).startswith("<Run ")


def test_a_folder_that_is_gone_is_told(run_folder, parsed):
    run = ganreg.Run(run_folder / "gone", ganreg.Recipe(name="mine"))

    assert "There is no such folder." in parsed(html(run)).text
    assert "mine, 0 of 0 iterations, unfinished" in text(run)


def test_huge_files_are_not_read_as_a_whole(run_folder, parsed):
    run = ganreg.Run.read(run_folder)
    row = b"7," + b",".join([b"0.5"] * 5) + b"\n"
    with (run_folder / "metrics.csv").open("ab") as file:
        file.write(row * 600_000 + b"900000,1\n")
    (run_folder / "health.jsonl").write_text((json.dumps({"name": "x" * 1000, "message": "y" * 9000}) + "\n") * 3000)
    (run_folder / "evaluation.json").write_text(json.dumps([{"name": "z" * 10_000, "value": 1}] * 40))
    html(run)

    began = time.process_time()
    page = html(run)

    assert time.process_time() - began < 5  # of the processor, however busy the machine is
    assert len(page) < 300_000
    assert "900,000 of 300 iterations" not in parsed(page).text  # the result counts, as the run has finished
    assert last_iteration(run_folder / "metrics.csv") == 900_000


def test_links_out_of_the_folder_are_not_followed(run_folder, tmp_path):
    from PIL import Image

    secret = tmp_path / "secret.png"
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(secret)
    for path in (run_folder / "samples").glob("*.png"):
        path.unlink()
    (run_folder / "samples" / "00000001.png").symlink_to(secret)

    assert last_picture(run_folder / "samples") is None


def test_a_damaged_grid_gives_way_to_the_one_before(run_folder):
    (run_folder / "samples" / "00000300.png").write_bytes(b"\x89PNG\r\n\x1a\n")

    assert last_picture(run_folder / "samples").caption == "samples after 200 iterations"


def test_without_rows_there_is_no_last_iteration(tmp_path):
    assert last_iteration(tmp_path / "metrics.csv") == 0
    (tmp_path / "metrics.csv").write_text("iteration,loss\n")
    assert last_iteration(tmp_path / "metrics.csv") == 0
