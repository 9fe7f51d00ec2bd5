"""Runs of own components: trained, loaded and resumed in this program, and in another one with the same objects."""

import attrs
import numpy as np
import pytest
from keras import ops

import ganreg
from ganreg.checkpoints import own_components
from tests.core.adapters.conftest import POINTS, sequential

HOW = {"execution": "eager", "health": "off", "steps": 2, "checkpoint_every": 1}


def of_both(real, fake):
    return ops.softplus(-real) + ops.softplus(fake)


def of_fake(fake):
    return ops.softplus(-fake)


def size(step):
    return ops.mean(step.real_logits**2)


@attrs.frozen(kw_only=True)
class Own(ganreg.Generator):
    """A component that no plugin offers."""

    latent_dim: int = 4
    hidden: int = 3

    def build(self, data):
        return sequential(self.latent_dim, *data.shape, hidden=self.hidden)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    gan = ganreg.assemble(
        generator=sequential(4, 2), discriminator=sequential(2, 1), loss=(of_both, of_fake), regularizers=[size],
        data=POINTS, batch_size=16,
    )  # fmt: skip
    path = tmp_path_factory.mktemp("own") / "run"
    return ganreg.train(gan, path, **HOW), gan.generate(3, seed=1)


@pytest.fixture
def another_program(monkeypatch):
    """One that has made no folder itself."""
    monkeypatch.setattr(own_components, "_KNOWN", {})


def components():
    return {
        "generator": sequential(4, 2),
        "discriminator": lambda: sequential(2, 1),
        "loss": (of_both, of_fake),
        "size": size,
    }


@pytest.mark.slow
def test_an_own_class_trains_in_a_folder_and_resumes(tmp_path):
    gan = ganreg.assemble("ring", generator=Own(hidden=5), batch_size=16)
    run = ganreg.train(gan, tmp_path / "run", **HOW)
    ganreg.resume(run.path, steps=3)
    again, elsewhere = ganreg.load(run.path), ganreg.load(run.path, components={"generator": Own})
    assert again.players.done == 3
    assert elsewhere.assembly.generator == Own(hidden=5)
    np.testing.assert_array_equal(again.generate(3, seed=1), elsewhere.generate(3, seed=1))


def test_the_same_program_needs_no_components(run):
    run, samples = run
    np.testing.assert_allclose(ganreg.load(run.path).generate(3, seed=1), samples, atol=1e-6)


@pytest.mark.usefixtures("another_program")
def test_another_program_is_told_what_is_missing(run):
    expected = (
        r"made with generator 'sequential.*', discriminator 'sequential.*', loss 'of_both', regularizer 'size', which "
        r'no plugin offers; .*components={"generator": ..., "discriminator": ..., "loss": ..., "size": ...}'
    )
    for use in (ganreg.load, ganreg.resume):
        with pytest.raises(ganreg.RunError, match=expected) as caught:
            use(run[0].path, **({"steps": 9} if use is ganreg.resume else {}))
        assert "\n" not in str(caught.value)
    with pytest.raises(ganreg.RunError, match=r"made with loss 'of_both', which no plugin"):
        ganreg.load(run[0].path, components={name: one for name, one in components().items() if name != "loss"})


@pytest.mark.usefixtures("another_program")
def test_another_program_loads_with_the_same_objects(run):
    run, samples = run
    gan = ganreg.load(run.path, components=components())
    np.testing.assert_allclose(gan.generate(3, seed=1), samples, atol=1e-6)
    given = {**components(), "regularizers": [size]}
    assert ganreg.load(run.path, components=given).players.done == gan.players.done


@pytest.mark.usefixtures("another_program")
def test_what_no_role_takes_is_refused(run):
    with pytest.raises(ganreg.RunError, match="has no component 'generater'; did you mean 'generator'"):
        ganreg.load(run[0].path, components={**components(), "generater": 3})


@pytest.mark.usefixtures("another_program")
def test_another_program_resumes_with_the_same_samples(run):
    path = run[0].path
    with pytest.raises(ganreg.RunError, match=r'samples that no dataset offers; .*components={"dataset": ...}'):
        ganreg.resume(path, steps=4, components=components())
    with pytest.raises(ganreg.RunError, match="data: different samples"):
        ganreg.resume(path, steps=4, components={**components(), "dataset": POINTS + 1})
    ganreg.resume(path, steps=4, components={**components(), "dataset": POINTS})
    assert ganreg.load(path).players.done == 4
