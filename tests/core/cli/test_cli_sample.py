"""`ganreg sample` on small runs, written into tables."""

import csv
import errno
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import stats

import ganreg
from ganreg.files.temporaries import is_temporary

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
    gan = ganreg.load(folder)
    columns = gan.assembly.source.columns(gan.generate(20, seed=1))
    assert rows == [list(map(str, row)) for row in zip(*columns.values(), strict=True)]
    assert all("." in left and 0 <= float(left) <= 63 / 8 for left, _ in rows)
    assert all("." not in right and 0 <= int(right) <= 63 * 5 for _, right in rows)


@pytest.mark.slow
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
    _, *rows = sample(folder, "-n", "4", "--label", "2")
    assert [row[0] for row in rows] == ["c"] * 4


def test_plain_columns_with_labels(save, sample, tmp_path):
    stream = np.random.default_rng(0)
    np.savez(tmp_path / "points.npz", x=stream.normal(size=(64, 3)), y=np.arange(64) % 4)
    folder = save({"name": "npz", "path": str(tmp_path / "points.npz")}, conditional=True)
    header, *rows = sample(folder, "-n", "40", "--seed", "2")
    assert header == ["x0", "x1", "x2", "label"]
    assert [int(row[3]) for row in rows] == ganreg.load(folder).draw_labels(40, seed=2).tolist()


def test_classes_by_name_and_by_number(save, sample, call, tmp_path):
    stream = np.random.default_rng(0)
    kinds = np.array(["cat", "dog", "7"])[np.minimum(np.arange(64) % 8, 2)]
    np.savez(tmp_path / "points.npz", x=stream.normal(size=(64, 3)), y=kinds)
    folder = save({"name": "npz", "path": str(tmp_path / "points.npz")}, conditional=True)
    (tmp_path / "points.npz").unlink()
    for label, number in (("dog", "2"), ("7", "0"), ("1", "1")):
        _, *rows = sample(folder, "-n", "4", "--label", label)
        assert [row[3] for row in rows] == [number] * 4
    _, *rows = sample(folder, "-n", "400", "--seed", "1")
    assert sum(row[3] == "0" for row in rows) / 400 == pytest.approx(6 / 8, abs=0.07)
    _, *rows = sample(folder, "-n", "400", "--seed", "1", "--label-shares", "uniform")
    assert sum(row[3] == "0" for row in rows) / 400 == pytest.approx(1 / 3, abs=0.07)
    answer = call(ganreg.registry(), "sample", str(folder), "--label", "fox")
    assert (answer.code, answer.err) == (2, "Error: there is no class 'fox'; choose from 7, cat, dog\n")
    answer = call(ganreg.registry(), "sample", str(folder), "--label", "dog", "--label-shares", "uniform")
    assert "--label-shares has no effect with --label" in answer.err


def test_labels_of_an_unconditional_generator_are_refused(save, call):
    folder = save("quadratic:samples=64")
    answer = call(ganreg.registry(), "sample", str(folder), "--label", "1")
    assert "no network of this run takes labels; leave --label out" in answer.err
    answer = call(ganreg.registry(), "sample", str(folder), "--label-shares", "uniform")
    assert "the generator of this run takes no labels; leave --label-shares out" in answer.err


def test_the_channels_of_a_picture_are_chosen_and_told(save, call, tmp_path):
    np.savez(tmp_path / "bands.npz", x=np.random.default_rng(0).integers(0, 256, (64, 4, 4, 13), np.uint8))
    folder = save({"name": "npz", "path": str(tmp_path / "bands.npz")})
    target = tmp_path / "a.png"
    for words, shown in (([], "1, 2, 3"), (["--bands", "13,2,1"], "13, 2, 1")):
        answer = call(ganreg.registry(), "sample", str(folder), "-n", "4", "--seed", "1", "-o", str(target), *words)
        assert answer.out == f"Wrote 4 samples to {target}, which shows bands {shown} of 13\n"
    made = (ganreg.load(folder).generate(4, seed=1)[..., [12, 1, 0]] + 1) / 2
    with Image.open(target) as image:
        pixels = np.asarray(image.convert("RGB"))
    np.testing.assert_allclose(pixels[5, 5], made[0, 0, 0] * 255, atol=1)
    for words, message in (
        (["--bands", "14"], "bands must be one or three numbers from 1 to 13"),
        (["--bands", "1,2"], "expected one channel or three, such as 4 or 3,2,1; got '1,2'"),
        (["--bands", "1", "-o", str(tmp_path / "a.npy")], "a.npy is not; leave --bands out"),
    ):
        assert message in call(ganreg.registry(), "sample", str(folder), *words).err


def test_without_a_seed_samples_are_fresh(save, sample):
    folder = save("quadratic:samples=64")
    assert sample(folder, "-n", "2") != sample(folder, "-n", "2")


def test_an_unconditional_generator_draws_no_labels(save, table):
    assert ganreg.load(save(table)).draw_labels(3, seed=0) is None


def test_a_table_that_has_vanished_is_missed_only_where_the_run_does_not_keep_its_encodings(
    save, sample, call, table, tmp_path
):
    folder = save(table)
    rows = sample(folder, "-n", "5", "--seed", "1")
    (tmp_path / "table.csv").unlink()
    assert sample(folder, "-n", "5", "--seed", "1") == rows
    (folder / "dataset.json").unlink()
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
        if is_temporary(path.name):
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


@pytest.mark.slow
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


# --- translating


@pytest.fixture(scope="module")
def cycle(tmp_path_factory):
    """A run without training that translates blurred digits into sharp ones, and back."""
    folder = tmp_path_factory.mktemp("runs") / "cycle"
    gan = ganreg.assemble(
        game="cycle",
        generator="residual:width=2,blocks=1",
        discriminator="patch:width=2",
        loss="non-saturating",
        data="degraded:dataset=digits,by=blur,paired=false",
    )
    own = gan.generator.get_weights()
    gan.generator.set_weights([2 * weights for weights in own])
    gan.average_generator.set_weights(own)
    gan.save(folder)
    return folder


@pytest.fixture
def translated(ganreg_command, cycle):
    """Runs `ganreg sample` on the run with the given words, which must succeed without a warning."""

    def run(*words):
        answer = ganreg_command("sample", cycle, *words)
        assert (answer.code, answer.err) == (0, "")
        return answer.out

    return run


def photograph(path, height=11, width=14):
    """Writes a photograph in colour and returns its luminance by Pillow, scaled to -1..1, as a batch of one."""
    path.parent.mkdir(exist_ok=True)
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    grey = np.asarray(Image.fromarray(pixels).convert("L"), np.float32)
    return grey[np.newaxis, ..., np.newaxis] / 127.5 - 1


def pixels_of(path):
    with Image.open(path) as image:
        return np.asarray(image).astype(float)


@pytest.mark.parametrize("words", [(), ("--network", "inverse"), ("--last-iterate",)], ids=" ".join)
def test_a_photograph_of_any_size_is_translated(translated, cycle, tmp_path, words):
    inputs = photograph(tmp_path / "photo.png")

    said = translated("--input", tmp_path / "photo.png", "-o", tmp_path / "out.png", *words)

    assert said == f"Wrote 1 sample to {tmp_path / 'out.png'}\n"
    network, average = "inverse" if "inverse" in words else None, "--last-iterate" not in words
    expected = ganreg.load(cycle).translate(inputs, network=network, average=average)
    np.testing.assert_allclose(pixels_of(tmp_path / "out.png"), (expected[0, ..., 0] + 1) * 127.5, atol=1.01)


def test_photographs_and_folders_go_into_a_folder(translated, tmp_path):
    for name in ("in/a.jpg", "in/b.png", "c.bmp"):
        photograph(tmp_path / name)

    said = translated("--input", tmp_path / "in", "--input", tmp_path / "c.bmp", "-o", f"{tmp_path}/out.v1/")

    assert said == f"Wrote 3 samples to {tmp_path / 'out.v1'}\n"
    assert sorted(path.name for path in (tmp_path / "out.v1").iterdir()) == ["a.png", "b.png", "c.png"]
    assert all(pixels_of(path).shape == (11, 14) for path in (tmp_path / "out.v1").iterdir())


def test_an_array_is_translated(translated, cycle, tmp_path):
    values = np.random.default_rng(0).uniform(-1, 1, (3, 8, 8, 1)).astype(np.float32)
    np.save(tmp_path / "x.npy", values)

    translated("--input", tmp_path / "x.npy", "-o", tmp_path / "out.npy")

    np.testing.assert_allclose(np.load(tmp_path / "out.npy"), ganreg.load(cycle).translate(values), atol=1e-6)


def test_without_inputs_held_out_sources_are_translated(translated, cycle, tmp_path):
    assert translated("-n", 5, "--seed", 2, "-o", tmp_path / "out.npy").startswith("Wrote 5 samples")

    gan = ganreg.load(cycle)
    sources, _ = gan.pairs(5, seed=2)
    held_out = gan.load_data().source.test
    assert all(any(np.allclose(source, other, atol=1e-2) for other in _scaled(held_out)) for source in sources)
    np.testing.assert_allclose(np.load(tmp_path / "out.npy"), gan.translate(sources), atol=1e-6)


def _scaled(samples):
    return samples / 127.5 - 1 if samples.dtype == np.uint8 else samples


def test_what_is_skipped_is_counted_and_named(ganreg_command, cycle, tmp_path):
    photograph(tmp_path / "in" / "a.png")
    for name in ("1.txt", "2.txt", "3.txt", "4.txt"):
        (tmp_path / "in" / name).write_text("no image")

    answer = ganreg_command("sample", cycle, "--input", tmp_path / "in", "-o", tmp_path / "out")

    assert answer.code == 0
    assert answer.out == f"Wrote 1 sample to {tmp_path / 'out'}\n"
    names = ", ".join(str(tmp_path / "in" / f"{number}.txt") for number in (1, 2, 3))
    assert answer.err == f"Warning: skipped 4 files that are not images: {names} and 1 more\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--input", "photo.png", "-n", "3"), "--count has no effect with --input; leave it out"),
        (("--network", "inverse"), "--network needs --input"),
        (("--walk", "1,2", "--input", "photo.png"), "--walk has no effect with --input; leave it out"),
        (("--walk", "1,2", "--seed", "3"), "--seed has no effect with --walk; leave it out"),
        (("--walk", "1"), "expected at least two seeds, such as 1,2 or 1,2,3; got '1'"),
        (("--walk", "1,-2"), "expected at least two seeds"),
        (("--frames", "9"), "--frames needs --walk"),
        (("--loop",), "--loop needs --walk"),
        (("--invert", "photo.png", "--truncation", "0.5"), "--truncation has no effect with --invert; leave it out"),
        (("-o", "out.gif"), "use a name that ends in .png, .npy or .csv"),
        (("--walk", "1,2", "-o", "out.jpg"), "use a name that ends in .gif, .png, .npy or .csv"),
        (("--walk", "1,2", "-o", "out.npy"), "so there are no latents"),
        (("--invert", "photo.png", "-o", "out.npy"), "so there are no latents"),
        (("--truncation", "0.5", "-o", "out.npy"), "so there are no latents"),
        (("--input", "in"), "several translations need a folder of their own; name it with -o"),
        (("--input", "photo.png", "--input", "photo.png"), "several translations need a folder of their own"),
        (("--input", "photo.png", "-o", "out.jpg"), "cannot write samples to 'out.jpg'; use a name that ends in .png"),
        (("--input", "photo.png", "-o", "gone/out.png"), "there is no folder gone to write out.png to"),
        (("--input", "gone.png"), "gone.png does not exist; check --input"),
        (("--input", "notes.txt"), "notes.txt is neither an image that Pillow can open nor a .npy file"),
        (("--input", "photo.png", "--network", "inverted"), "no translator called 'inverted'; did you mean 'inverse'?"),
        (("--input", "photo.png", "--label", "1"), "network 'generator' takes no labels; leave --label out"),
        (("--input", "in", "-o", "in"), "in/a.png would be overwritten; choose another folder, or remove what is th"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_inputs_are_refused_and_nothing_is_written(ganreg_command, cycle, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    photograph(tmp_path / "photo.png")
    photograph(tmp_path / "in" / "a.png")
    (tmp_path / "notes.txt").write_text("no image")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    answer = ganreg_command("sample", cycle, *words)

    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert len(answer.err.splitlines()) <= 2
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert not (cycle / "sample.png").exists()


def test_a_run_of_latents_says_that_it_does_not_translate(save, ganreg_command, tmp_path):
    folder = save("digits")
    photograph(tmp_path / "photo.png")

    answer = ganreg_command("sample", folder, "--input", tmp_path / "photo.png")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "Error: no network of this run makes samples from other samples; leave --input out\n"


# --- latents


@pytest.fixture(scope="module")
def images(tmp_path_factory, small):
    """A saved GAN of images, trained for one iteration."""
    folder = tmp_path_factory.mktemp("runs") / "images"
    gan = small("digits", generator="mlp:latent_dim=3,widths=[8]")
    gan.save(folder)
    return folder


@pytest.mark.slow
def test_a_walk_is_an_animation(ganreg_command, images, tmp_path):
    answer = ganreg_command(
        "sample", images, "--walk", "1, 2,3", "--frames", "7", "--loop", "--truncation", "0.7", "-o", tmp_path / "w.gif"
    )
    assert (answer.code, answer.out, answer.err) == (0, f"Wrote 7 samples to {tmp_path / 'w.gif'}\n", "")
    expected = ganreg.load(images).walk([1, 2, 3], frames=7, closed=True, truncation=0.7).samples
    with Image.open(tmp_path / "w.gif") as image:
        assert image.n_frames == 7
        image.seek(2)
        shown = np.asarray(image.convert("L")).astype(float)[::32, ::32]
    np.testing.assert_allclose(shown, (expected[2, ..., 0] + 1) * 127.5, atol=0.51)


def test_a_walk_has_a_name_that_suits_the_samples(ganreg_command, images, save):
    for folder, name in ((images, "walk.gif"), (save("quadratic:samples=64"), "walk.png")):
        answer = ganreg_command("sample", folder, "--walk", "1,2", "--frames", "3")
        assert (answer.code, answer.out) == (0, f"Wrote 3 samples to {folder / name}\n"), answer.err
        assert (folder / name).is_file()


def test_truncation_of_samples(ganreg_command, images, tmp_path):
    answer = ganreg_command("sample", images, "-n", 4, "--seed", 1, "--truncation", 0.5, "-o", tmp_path / "x.npy")
    assert (answer.code, answer.err) == (0, "")
    expected = ganreg.load(images).generate(4, seed=1, truncation=0.5)
    np.testing.assert_array_equal(np.load(tmp_path / "x.npy"), expected)


def test_an_image_is_inverted(ganreg_command, images, tmp_path):
    gan = ganreg.load(images)
    wanted = gan.generate(1, seed=5)
    Image.fromarray(np.round((wanted[0, ..., 0] + 1) * 127.5).astype(np.uint8)).save(tmp_path / "in.png")
    answer = ganreg_command("sample", images, "--invert", tmp_path / "in.png", "--seed", 0, "-o", tmp_path / "out.png")
    assert (answer.code, answer.err) == (0, "")
    latents = np.load(tmp_path / "out-latents.npy")
    start = f"Wrote 1 sample to {tmp_path / 'out.png'}, and its latents to {tmp_path / 'out-latents.npy'}; root mean "
    assert answer.out.startswith(start + "squared difference from the original: 0.0")
    np.testing.assert_allclose(gan.generate(latents=latents), wanted, atol=0.05)
    np.testing.assert_allclose(pixels_of(tmp_path / "out.png"), pixels_of(tmp_path / "in.png"), atol=6)


def test_an_image_of_another_size_is_scaled_with_a_word(ganreg_command, images, tmp_path):
    photograph(tmp_path / "photo.png")
    answer = ganreg_command("sample", images, "--invert", tmp_path / "photo.png", "-o", tmp_path / "out.npy")
    assert answer.code == 0
    assert "photo.png of 14x11 pixels was cropped and scaled to the size of the samples" in answer.err
    assert np.load(tmp_path / "out.npy").shape == (1, 8, 8, 1)


@pytest.mark.slow
def test_rows_satisfy_what_is_asked_for(save, sample, call, tmp_path, table):
    """By the class of a label, which the generator is given; and by a number, which decides what is kept."""
    folder = save(table, conditional=True)
    header, *rows = sample(folder, "-n", "12", "--seed", "3", "--where", "kind=b", "--where", "right<200")
    assert header == ["kind", "left", "right"]
    assert len(rows) == 12
    assert {row[0] for row in rows} == {"b"}
    assert all(int(row[2]) < 200 for row in rows)
    for arguments, message in (
        (["--where", "kind=d"], "Error: column 'kind' has no category 'd'; choose from a, b, c"),
        (
            ["--where", "kin=a"],
            "Error: no column 'kin' is generated, so kin=a cannot be asked for; did you mean 'kind'",
        ),
        (["--where", "kind"], "Error: 'kind' does not compare a column with a value; write it like fraud=yes"),
        (["--where", "kind=a", "--label", "b"], "Error: --label has no effect with --where; leave it out"),
    ):
        answer = call(ganreg.registry(), "sample", str(folder), "-o", str(tmp_path / "no.csv"), *arguments)
        assert answer.code == 2
        assert message in answer.err
    assert not (tmp_path / "no.csv").exists()


@pytest.mark.slow
def test_rows_of_a_rare_category_are_distributed_as_in_the_table(tmp_path, ganreg_command):
    """2 % of the rows are positive, with amounts far above those of the others; the truth is log-normal."""
    draw = np.random.default_rng(0)
    positive = draw.random(5000) < 0.02
    amounts = np.exp(draw.normal(np.where(positive, 5.5, 3.0), np.where(positive, 0.4, 0.9)))
    path = tmp_path / "t.csv"
    path.write_text("amount,fraud\n" + "".join(f"{a:.2f},{int(p)}\n" for a, p in zip(amounts, positive, strict=True)))
    run, rows = tmp_path / "run", tmp_path / "rows.csv"
    arguments = ("--steps", 1500, "-g", "tabular:widths=[64,64],conditional=none", "--health", "off", "--seed", 0)
    assert ganreg_command("train", "tabular", "--dataset", f"csv:path={path}", "--out", run, *arguments).code == 0
    assert ganreg_command("sample", run, "-n", 1000, "--where", "fraud=1", "-o", rows, "--seed", 1).code == 0
    made = np.genfromtxt(rows, delimiter=",", names=True)
    assert len(made) == 1000
    assert set(made["fraud"]) == {1}
    logs = np.log(made["amount"])
    assert stats.kstest(logs, stats.norm(5.5, 0.4).cdf).statistic < 0.2
    assert stats.kstest(logs, stats.norm(3.0, 0.9).cdf).statistic > 0.7
    assert ganreg_command("sample", run, "-n", 4000, "-o", rows, "--seed", 1).code == 0
    assert np.genfromtxt(rows, delimiter=",", names=True)["fraud"].mean() == pytest.approx(0.02, abs=0.015)
