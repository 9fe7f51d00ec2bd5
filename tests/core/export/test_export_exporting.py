"""Every bundled network leaves home: as a Keras file, and as an export that fresh processes without ganreg run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

import ganreg
from ganreg import DataSpec
from ganreg.errors import NumericalError, SpecError
from ganreg.export.formats import FORMATS
from ganreg.plugins.installed import installed_entry_points
from ganreg.plugins.keras_objects import registered_classes
from ganreg.registering import stand_in

IMAGES = DataSpec((8, 8, 2), num_classes=3, value_range=(0, 255))
SOURCES = DataSpec((8, 8, 1), value_range=(0, 4))
PAIRS = DataSpec((8, 8, 2), num_classes=3, value_range=(0, 1), source=SOURCES, paired=True)
SMALL = {
    "mlp": "widths=[4]",
    "tabular": "widths=[4]",
    "r3gan": "width=4,group_width=8",
    "residual": "width=4,blocks=1,halvings=1",
    "u-net": "width=4,levels=2",
}
"""The settings that make a component small; `width=4` for the others."""
KERAS_ALONE = {
    "generator": {"mlp", "dcgan", "resnet unconditional", "tabular"},
    "discriminator": {"mlp", "dcgan", "patch", "resnet", "autoencoder"},
    "translator": {"mlp", "residual", "u-net"},
}
"""The networks of stock layers, whose Keras files open without ganreg; the page on exports says the same.

The layer of `tabular` that is not Keras's own acts on blocks, which these data do not have.
"""


def names(kind):
    """The bundled components of a kind."""
    return [entry.name for entry in ganreg.registry().entries(kind) if entry.plugin.distribution.startswith("ganreg-")]


def cases(*kinds):
    """Every bundled network of some kinds, with and without labels."""
    return [(kind, name, conditional) for kind in kinds for name in names(kind) for conditional in (False, True)]


def title(kind, name, conditional):
    return f"{kind} {name} {'conditional' if conditional else 'unconditional'}"


def component(kind, name, conditional):
    return ganreg.create(kind, f"{name}:{SMALL.get(name, 'width=4')},conditional={str(conditional).lower()}")


def awake(network):
    """Gives values to weights that are initially 0, without which parts of a network do nothing."""
    rng = np.random.default_rng(0)
    for variable in network.trainable_variables:
        if not np.any(variable.numpy()):
            variable.assign(rng.normal(scale=0.3, size=variable.shape))
    return network


def inputs_of(network, count=4):
    """Inputs of a network, in 0..1 and in three classes."""
    rng = np.random.default_rng(1)
    given = [
        (np.arange(count) % 3).astype("int32") if one.dtype == "int32" else rng.uniform(size=(count, *one.shape[1:]))
        for one in network.inputs
    ]
    return [one if one.dtype == "int32" else one.astype("float32") for one in given]


def outputs_of(network, given):
    """What a network makes, as one row of numbers."""
    made = network(given if len(given) > 1 else given[0])
    return np.concatenate([np.ravel(one) for one in keras.tree.flatten(made)])


def built(kind, name, conditional):
    described = (SOURCES.as_seen, PAIRS.without_source.as_seen) if kind == "translator" else (IMAGES.as_seen,)
    return awake(component(kind, name, conditional).build(*described))


@pytest.fixture
def forgotten(monkeypatch):
    """Keras knows the plugins' classes as a program does that imported `ganreg` and has built no network."""
    for name, place in registered_classes(point.module for point in installed_entry_points()).items():
        monkeypatch.setitem(keras.saving.get_custom_objects(), name, stand_in(place))


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=title(*case), marks=() if case[2] else pytest.mark.slow)
        for case in cases("generator", "discriminator", "translator")
    ],
)
def test_the_keras_file_of_every_network_opens(case, tmp_path, forgotten):
    network = built(*case)
    network.save(tmp_path / "network.keras")
    again = keras.models.load_model(tmp_path / "network.keras")
    given = inputs_of(network)
    np.testing.assert_array_equal(outputs_of(again, given), outputs_of(network, given))
    kind, name, _ = case
    alone = bool({name, title(*case).removeprefix(f"{kind} ")} & KERAS_ALONE[kind])
    layers = {type(layer).__module__.partition(".")[0] for layer in network._flatten_layers()}
    assert (layers == {"keras"}) == alone


def gan_of(kind, name, conditional):
    """An untrained GAN with a component as its generator."""
    game = {"game": "translation", "data": PAIRS} if kind == "translator" else {"data": IMAGES}
    gan = ganreg.assemble(
        generator=component(kind, name, conditional),
        discriminator=component("discriminator", "mlp", conditional),
        loss="hinge",
        batch_size=4,
        ema_decay=0.0,
        **game,
    )
    awake(gan.generator)
    return gan


def test_an_untrained_and_a_trained_gan_are_exported(tmp_path):
    """The averages are exported, which training moves."""
    import onnxruntime

    gan = ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]", discriminator="mlp:widths=[4]", loss="hinge", data=DataSpec((2,)),
        batch_size=8,
    )  # fmt: skip
    latents, made = np.random.default_rng(0).normal(size=(3, 2)).astype("float32"), []
    for _ in range(2):
        gan.export(tmp_path / "g.onnx", verbose=False)
        session = onnxruntime.InferenceSession(str(tmp_path / "g.onnx"))
        made += session.run(["samples"], {"latents": latents})
        np.testing.assert_allclose(made[-1], gan.average_generator(latents), atol=1e-6)
        gan.fit(np.random.default_rng(1).normal(size=(32, 2)), steps=3, verbose=0, execution="eager")
    assert not np.allclose(made[0], made[1], atol=1e-6)


def test_nothing_is_accepted_and_ignored(gan, tmp_path):
    for arguments, message in (
        ({"verbose": True}, "does not take verbose=; nothing is printed"),
        ({"input_signature": []}, "batch_size= fixes the number of samples"),
        ({"optimizations": []}, "it takes filepath, format, network, average, batch_size"),
        ({"batch_size": 0}, "batch_size must be a positive integer or None, got 0"),
        ({"batch_size": True}, "batch_size must be a positive integer or None, got True"),
        ({"format": "torch"}, "there is no format 'torch'"),
    ):
        with pytest.raises(SpecError, match=r"^[^\n]*$") as caught:
            gan.export(tmp_path / "g", **arguments)
        assert message in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_not_finite_are_not_exported(tmp_path):
    gan = gan_of("generator", "mlp", False)
    gan.generator.trainable_variables[0].assign_add(np.nan)
    with pytest.raises(NumericalError):
        gan.export(tmp_path / "g.onnx")
    assert list(tmp_path.iterdir()) == []


def opened_afresh(paths, mode):
    """The greatest difference between what files make in a fresh process and what they should, or an error, by file.

    Args:
        paths: the files; `expected.npz` next to each holds inputs and output.
        mode: `"with"` imports ganreg first; `"without"` makes its import fail.
    """
    command = [sys.executable, "-I", Path(__file__).with_name("opened_afresh.py"), mode]
    given = json.dumps([str(path) for path in paths])
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_keras_files_open_in_fresh_processes(tmp_path):
    """With Keras alone where all layers are stock, elsewhere after `import ganreg`; and from saved folders."""
    alone, after_import = [], []
    for number, case in enumerate(cases("generator", "discriminator", "translator")):
        network, folder = built(*case), tmp_path / str(number)
        folder.mkdir()
        network.save(folder / "network.keras")
        given = inputs_of(network)
        np.savez(folder / "expected.npz", output=outputs_of(network, given), **_numbered(given))
        after_import.append(folder / "network.keras")
        kind, name, _ = case
        if {name, title(*case).removeprefix(f"{kind} ")} & KERAS_ALONE[kind]:
            alone.append(folder / "network.keras")
    for case in cases("generator", "translator"):
        gan, folder = gan_of(*case), tmp_path / title(*case)
        gan.save(folder)
        given = inputs_of(gan.generator)
        expected = keras.models.load_model(folder / "generator.keras")
        np.savez(folder / "expected.npz", output=outputs_of(expected, given), **_numbered(given))
        after_import.append(folder / "generator.keras")
    for paths, mode in ((alone, "without"), (after_import, "with")):
        answers = opened_afresh(paths, mode)
        assert {path: answer for path, answer in answers.items() if answer != 0.0} == {}
        assert len(answers) == len(paths)


@pytest.mark.slow
def test_networks_that_regularizers_wrap_leave_home_too(tmp_path):
    """Both players' Keras files after `import ganreg`, and the generator's exports without it."""
    files, exports = [], []
    for number, regularizer in enumerate(
        ("spectral-norm:networks=both", "virtual-batch-norm", "gradient-normalization", "packing", "minibatch-stddev")
    ):
        gan = ganreg.assemble(
            generator="dcgan:width=4",
            discriminator="dcgan:width=4",
            loss="hinge",
            regularizers=[regularizer],
            data=DataSpec((8, 8, 1), value_range=(-1, 1)),
            batch_size=4,
            ema_decay=0.0,
        )
        for network in (gan.generator, gan.discriminator):
            folder = tmp_path / f"{number}-{len(files)}"
            folder.mkdir()
            given = inputs_of(network)
            np.savez(folder / "expected.npz", output=outputs_of(network, given), **_numbered(given))
            files.append(folder / "network.keras")
            network.save(files[-1])
            if network is gan.generator and number < 2:  # the others leave the generator as it is
                exports += [folder / f"generator{chosen.suffix}" for chosen in FORMATS.values()]
                for path in exports[-3:]:
                    gan.export(path)
    answers = opened_afresh(files, "with")
    assert {path: answer for path, answer in answers.items() if answer != 0.0} == {}
    answers = opened_afresh(exports, "without")
    assert {path: answer for path, answer in answers.items() if isinstance(answer, str) or answer > 1e-5} == {}
    assert len(answers) == 6


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_export_runs_in_a_fresh_process_without_ganreg(tmp_path):
    """SavedModel, ONNX and LiteRT of every bundled generator and translator, equal within 1e-5 of the data's range."""
    files = []
    for number, case in enumerate(cases("generator", "translator")):
        gan, folder = gan_of(*case), tmp_path / str(number)
        folder.mkdir()
        given = inputs_of(gan.generator)
        samples = (
            gan.translate(*given[:1], labels=given[1] if len(given) > 1 else None)
            if case[0] == "translator"
            else gan(*given)
        )
        np.savez(folder / "expected.npz", output=np.ravel(samples), **_numbered(given))
        for chosen in FORMATS.values():
            files.append(folder / f"generator{chosen.suffix}")
            gan.export(files[-1], chosen.name)
    answers = opened_afresh(files, "without")
    assert len(answers) == len(files)
    width = {"generator": 255, "translator": 1}
    wrong = {
        (title(*case), path.name): answers[str(path)]
        for number, case in enumerate(cases("generator", "translator"))
        for path in files[3 * number : 3 * number + 3]
        if not (isinstance(answers[str(path)], float) and answers[str(path)] < 1e-5 * width[case[0]])
    }
    assert wrong == {}


def _numbered(given):
    return {f"input_{index}": one for index, one in enumerate(given)}
