"""`ganreg sample` on small runs, written into tables."""

import csv
import errno
from pathlib import Path

import numpy as np
import pytest

import ganreg

TABLE = "kind,left,right\n" + "".join(f"{'abc'[row % 3]},{row / 8},{row * 5}\n" for row in range(64))


@pytest.fixture
def table(tmp_path):
    """The spec of a table with one column of text, one of numbers with decimals and one of whole numbers."""
    (tmp_path / "table.csv").write_text(TABLE)
    return {"name": "csv", "path": str(tmp_path / "table.csv"), "label": "kind"}


@pytest.fixture
def save(tmp_path):
    """Saves an untrained GAN and returns its folder."""

    def run(data, conditional=False, steps=1):
        gan = ganreg.assemble(
            generator={"name": "mlp", "latent_dim": 2, "widths": [4], "conditional": conditional},
            discriminator={"name": "mlp", "widths": [4], "conditional": conditional},
            loss="non-saturating",
            data=data,
            batch_size=16,
        )
        gan.fit(steps=steps, verbose=0, execution="graph")
        gan.save(tmp_path / "run")
        return tmp_path / "run"

    return run


@pytest.fixture
def sample(call, tmp_path):
    """Runs `ganreg sample` into a file and returns its rows."""

    def run(folder, *arguments, name="out.csv"):
        answer = call(ganreg.registry(), "sample", str(folder), "-o", str(tmp_path / name), *arguments)
        assert (answer.code, answer.err) == (0, "")
        return list(csv.reader((tmp_path / name).read_text(encoding="utf-8").splitlines()))

    return run


def test_points_become_plain_columns(save, sample):
    folder = save("quadratic:samples=64")
    header, *rows = sample(folder, "-n", "5", "--seed", "3")
    assert header == ["x0", "x1"]
    np.testing.assert_array_equal(np.float32(rows), ganreg.load(folder).generate(5, seed=3))


def test_a_table_gets_the_columns_of_its_dataset(save, sample, table):
    folder = save(table)
    header, *rows = sample(folder, "-n", "20", "--seed", "1")
    assert header == ["left", "right"]
    expected = (ganreg.load(folder).generate(20, seed=1) + 1) / 2 * [63 / 8, 63 * 5]
    np.testing.assert_allclose(np.float64(rows), expected, atol=0.51)
    assert all("." in left and "." not in right for left, right in rows)


def test_the_labels_that_were_drawn_are_a_column(save, sample, table):
    folder = save(table, conditional=True)
    header, *rows = sample(folder, "-n", "50", "--seed", "7")
    assert header == ["kind", "left", "right"]
    gan = ganreg.load(folder)
    labels = gan.draw_labels(50, seed=7)
    assert labels.dtype == np.int32
    assert set(labels) == {0, 1, 2}
    assert [row[0] for row in rows] == ["abc"[label] for label in labels]
    np.testing.assert_array_equal(gan.generate(50, seed=7), gan.generate(50, seed=7, labels=labels))
    left = (gan.generate(50, seed=7)[:, 0] + 1) / 2 * 63 / 8
    np.testing.assert_allclose(np.float64([row[1] for row in rows]), left, atol=0.0051)
    _, *rows = sample(folder, "-n", "4", "--label", "2")
    assert [row[0] for row in rows] == ["c"] * 4


def test_plain_columns_with_labels(save, sample, tmp_path):
    stream = np.random.default_rng(0)
    np.savez(tmp_path / "points.npz", x=stream.normal(size=(64, 3)), y=np.arange(64) % 4)
    folder = save({"name": "npz", "path": str(tmp_path / "points.npz")}, conditional=True)
    header, *rows = sample(folder, "-n", "40", "--seed", "2")
    assert header == ["x0", "x1", "x2", "label"]
    assert [int(row[3]) for row in rows] == ganreg.load(folder).draw_labels(40, seed=2).tolist()


def test_without_a_seed_samples_are_fresh(save, sample):
    folder = save("quadratic:samples=64")
    assert sample(folder, "-n", "2") != sample(folder, "-n", "2")


def test_an_unconditional_generator_draws_no_labels(save, table):
    assert ganreg.load(save(table)).draw_labels(3, seed=0) is None


def test_a_table_that_has_vanished(save, call, table, tmp_path):
    folder = save(table)
    (tmp_path / "table.csv").unlink()
    answer = call(ganreg.registry(), "sample", str(folder), "-o", str(tmp_path / "out.csv"))
    assert answer.code == 2
    assert f"{tmp_path / 'table.csv'} does not exist; check path=" in answer.err


def test_images_are_refused(save, call, tmp_path):
    folder = save("digits")
    answer = call(ganreg.registry(), "sample", str(folder), "-o", str(tmp_path / "out.csv"))
    assert answer.code == 2
    assert "samples of shape 8x8x1 cannot be rows of a table; write out.png or out.npy instead" in answer.err
    assert not (tmp_path / "out.csv").exists()


def test_other_suffixes_are_refused(call, tmp_path):
    answer = call(ganreg.registry(), "sample", str(tmp_path), "-o", "out.txt")
    assert answer.code == 2
    assert "use a name that ends in .png, .npy or .csv" in answer.err


@pytest.mark.parametrize("name", ["out.csv", "out.npy"])
def test_a_full_disk_is_one_line_and_leaves_nothing(save, call, tmp_path, monkeypatch, name):
    folder = save("quadratic:samples=64")
    opened = Path.open

    def full(path, mode="r", *arguments, **options):
        file = opened(path, mode, *arguments, **options)
        if path.name == f".{Path(name).stem}.tmp{Path(name).suffix}":
            file.close()
            raise OSError(errno.ENOSPC, "No space left on device")
        return file

    (tmp_path / name).write_text("what was there")
    monkeypatch.setattr(Path, "open", full)
    answer = call(ganreg.registry(), "sample", str(folder), "-o", str(tmp_path / name))
    assert answer.code == 1
    assert f"cannot write {tmp_path / name}: No space left on device" in answer.err
    assert "Traceback" not in answer.err
    assert (tmp_path / name).read_text() == "what was there"
    assert not list(tmp_path.glob(".*.tmp*"))


def test_an_array_file_still_holds_the_samples(save, call, tmp_path):
    folder = save("quadratic:samples=64")
    answer = call(ganreg.registry(), "sample", str(folder), "-n", "3", "--seed", "5", "-o", str(tmp_path / "out.npy"))
    assert answer.code == 0
    np.testing.assert_array_equal(np.load(tmp_path / "out.npy"), ganreg.load(folder).generate(3, seed=5))


def test_a_table_of_ones_own_goes_in_and_comes_out(save, sample, tmp_path):
    """scikit-learn's breast cancer data as CSV, through training and sampling."""
    from sklearn.datasets import load_breast_cancer

    stored = load_breast_cancer()
    source = tmp_path / "cancer.csv"
    with source.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*stored.feature_names, "diagnosis"])
        names = stored.target_names[stored.target]
        writer.writerows([*row, name] for row, name in zip(stored.data, names, strict=True))
    folder = save({"name": "csv", "path": str(source), "label": "diagnosis"}, conditional=True, steps=20)
    header, *rows = sample(folder, "-n", "50", "--seed", "0")
    assert header == [*stored.feature_names, "diagnosis"]
    assert len(rows) == 50
    assert {row[-1] for row in rows} == {"malignant", "benign"}
    values = np.float64([row[:-1] for row in rows])
    assert (values >= stored.data.min(axis=0)).all()
    assert (values <= stored.data.max(axis=0)).all()


def test_a_checkpoint_is_chosen(save, sample, call):
    folder = save("gaussian-1d:samples=64")
    assert sample(folder, "--seed", "1", "--checkpoint", "1") == sample(folder, "--seed", "1")
    for which, message in (("best", "keeps no best checkpoint"), ("7", "no checkpoint of iteration 7"), ("x", "'x'")):
        answer = call(ganreg.registry(), "sample", str(folder), "--checkpoint", which)
        assert (answer.code, answer.out) == (2, "")
        assert message in answer.err
        assert "choose 'last' or an iteration: 1" in answer.err
