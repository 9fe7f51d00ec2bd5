"""`ganreg export` on a small run."""

import numpy as np
import pytest

import ganreg


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run with two checkpoints, whose dataset is not there any more."""
    path = tmp_path_factory.mktemp("exported")
    np.savez(path / "points.npz", train=np.random.default_rng(0).normal(size=(64, 2)))
    gan = ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]",
        discriminator="mlp:widths=[4]",
        loss="hinge",
        data=f"npz:path={path / 'points.npz'}",
        batch_size=16,
    )
    ganreg.train(gan, path / "run", steps=4, checkpoint_every=2, sample_every=4, execution="graph", updates_per_call=1)
    (path / "points.npz").unlink()
    return path / "run"


def answer_of(path, latents):
    """What an ONNX file makes from latents."""
    import onnxruntime

    return onnxruntime.InferenceSession(str(path)).run(["samples"], {"latents": latents})[0]


def test_the_averaged_generator_is_exported_without_the_dataset(ganreg_command, folder, tmp_path):
    path, latents = tmp_path / "g.onnx", np.random.default_rng(1).normal(size=(3, 2)).astype(np.float32)
    answer = ganreg_command("export", folder, "-o", path)
    assert (answer.code, answer.out, answer.err) == (
        0,
        f"Exported network 'generator' of {folder} to {path} (onnx)\n",
        "",
    )
    expected = ganreg.load(folder).predict(latents, verbose=0)
    np.testing.assert_allclose(answer_of(path, latents), expected, atol=1e-6)


def test_checkpoint_and_iterate_can_be_chosen(ganreg_command, folder, tmp_path):
    path, latents = tmp_path / "g.onnx", np.random.default_rng(1).normal(size=(3, 2)).astype(np.float32)
    answer = ganreg_command("export", folder, "-o", path, "--checkpoint", "2", "--last-iterate", "--format", "onnx")
    assert answer.code == 0
    early, late = (ganreg.load(folder, checkpoint=which).generator(latents).numpy() for which in (2, "last"))
    np.testing.assert_allclose(answer_of(path, latents), early, atol=1e-6)
    assert not np.allclose(early, late, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "g.onnx", "--format", "litert"), "must end in .tflite"),
        (("-o", "g", "--format", "torch"), "there is no format 'torch'"),
        (("-o", "g", "--network", "encoder"), "there is no network 'encoder'"),
        (("-o", "nowhere/g.onnx"), "there is no folder nowhere to write g.onnx to"),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line(
    ganreg_command, folder, monkeypatch, tmp_path, arguments, message
):
    monkeypatch.chdir(tmp_path)
    answer = ganreg_command("export", folder, *arguments)
    assert answer.code == 2
    assert answer.err.startswith("Error: ")
    assert message in answer.err
    assert answer.err.count("\n") == 1
