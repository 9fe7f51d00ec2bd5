"""Plugins made in memory, for registries of the tests' own, and folders as runs and comparisons leave them."""

import csv
import shutil
import types

import attrs
import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg import Component, hookimpl
from ganreg.comparison.axes import Axis
from ganreg.comparison.plan import Plan
from ganreg.comparison.trials import trials_of
from ganreg.contract.recipes import Recipe
from ganreg.evaluation.scores import Score
from ganreg.plugins.installed import EntryPoint
from ganreg.plugins.registry import build_registry
from ganreg.testing.devices import divide_processor, two_devices


def make_plugin(**hooks):
    """A module whose hooks return what is given, or are the given functions."""
    plugin = types.ModuleType("made_in_memory")
    for name, offered in hooks.items():
        setattr(plugin, name, hookimpl(offered if callable(offered) else _returning(offered)))
    return plugin


def _returning(value):
    def hook():
        return value

    return hook


@pytest.fixture
def point():
    """Makes an entry point: `point("acme-gan", ganreg_losses=[...])`, or with `load=` of its own."""

    def make(distribution, *, name=None, version="1.0", load=None, **hooks):
        plugin = make_plugin(**hooks)
        return EntryPoint(name or distribution, distribution, version, load or (lambda: plugin))

    return make


divide_processor()  # before a test starts TensorFlow


@pytest.fixture(scope="session")
def strategy():
    """Spreads a training over two devices, which are parts of the processor."""
    return two_devices()


@pytest.fixture
def hinge():
    return Component("hinge", "made_in_memory:Hinge", "a margin", paper="arXiv:1705.02894")


@pytest.fixture
def make_registry():
    """Makes a registry of the given entry points, untouched by the environment."""

    def make(*points, disabled=frozenset(), strict=False):
        return build_registry(points, disabled=disabled, strict=strict)

    return make


NASTY = "<script>alert(1)</script>"
"""What a component of a stranger's may be called."""

LOGS = ("discriminator_loss", "generator_loss", "real_accuracy", "discriminator/r1", "generator_gradient_norm")


def write_metrics(path, rows=60, seed=0, names=LOGS):
    """Writes `metrics.csv`; the values of a row are its iteration divided by 10, plus the column's number."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["iteration", *names])
        for row in range(1, rows + 1):
            writer.writerow([5 * row, *(f"{row / 10 + column + 0.01 * seed:.9g}" for column in range(len(names)))])


def write_sample_grids(folder, iterations):
    """Writes sample grids of 96 x 80 pixels, each in one colour."""
    from matplotlib.image import imsave

    folder.mkdir(parents=True, exist_ok=True)
    for place, iteration in enumerate(iterations):
        shade = (40 + 50 * place) % 256
        imsave(folder / f"{iteration:08d}.png", np.full((80, 96, 3), shade, np.uint8))


def write_run(path, *, name="quadratic", finished=True, loss="hinge", grids=(50, 100, 200, 300)):
    """Writes a run's folder."""
    path.mkdir(parents=True, exist_ok=True)
    recipe = Recipe(name=name, loss={"name": loss, "margin": 2}, regularizers=["r1:weight=0.5"], steps=300)
    text = recipe.to_toml() + '\n[data]\nshape = [2]\n\n[plugins]\nganreg = "0.1"\nacme-gan = "2.5"\n'
    (path / "recipe.toml").write_text(text)
    result = '\n[result]\niterations = 300\nweights = "abc123"\nseconds = 12.5\n' if finished else ""
    (path / "run.toml").write_text(
        "[plan]\nsteps = 300\n\n[conditions]\nthreads = 2\n\n[conditions.data]\nsamples = 64\n\n[conditions.versions]\n"
        'tensorflow = "2.21.0"\nacme-gan = "2.5"\n\n[execution]\nmode = "graph"\nupdates_per_call = 50\n' + result
    )
    write_metrics(path / "metrics.csv")
    write_sample_grids(path / "samples", grids)
    return path


@pytest.fixture
def draw_sample_grids():
    """Writes sample grids of one colour: `draw_sample_grids(folder, iterations)`."""
    return write_sample_grids


@pytest.fixture
def run_folder(tmp_path):
    """The folder of a run that has done its 300 iterations."""
    return write_run(tmp_path / "run")


def make_plan():
    """Two by two combinations of three seeds; one alternative is text that must not become markup."""
    return Plan(
        recipes=[Recipe(name="gaussian", steps=300)],
        axes=[Axis("loss", "loss", ("hinge", "wasserstein")), Axis("dataset", "summary", ("bell", NASTY))],
        seeds=(0, 1, 2),
        metrics=("moments",),
    )


def write_comparison(folder, plan=None):
    """Writes a comparison's folder: scores are 1 for the loss's place, 2 for the data set's, 0.1 for the seed's."""
    plan = plan or make_plan()
    folder.mkdir(parents=True)
    plan.write(folder)
    real = np.random.default_rng(0).normal(4, 0.5, 4000)
    for trial in trials_of(plan, folder):
        places = [axis.alternatives.index(trial.axes[axis.name]) for axis in plan.axes]
        value = places[0] + 2 * places[1] + 0.1 * trial.seed
        trial.path.mkdir(parents=True)
        state = {4: "diverged", 9: "failed"}.get(trial.number, "finished")
        scored = state == "finished"
        if state != "failed":
            write_metrics(trial.path / "metrics.csv", seed=trial.seed)
            write_sample_grids(trial.path / "samples", (150, 300))
        if scored:
            generated = np.random.default_rng(trial.seed).normal(3.5 + 0.2 * sum(places), 0.5, 3000)
            np.savez(trial.path / "samples.npz", generated=generated, real=real)
        attrs.evolve(
            trial,
            state=state,
            scores=[
                Score("moments", "moments", value, 0.01, 0.02, "pixels", 1000, 1000, True),
                Score("kolmogorov-smirnov", "share", 10 - value, None, None, "pixels", 1000, 1000, False),
            ]
            if scored
            else [],
            error=None if scored else f"penalty {NASTY} became NaN at update 12",
            seconds=2.5,
            iterations=300 if scored else 12,
        ).write()
    return folder


@pytest.fixture(scope="session")
def written_comparison(tmp_path_factory):
    """The folder of a comparison of twelve trials, of which one diverged and one failed; to be left as it is."""
    return write_comparison(tmp_path_factory.mktemp("comparisons") / "comparison")


@pytest.fixture
def comparison_folder(written_comparison, tmp_path):
    """A copy of it."""
    return shutil.copytree(written_comparison, tmp_path / "comparison")


@keras.saving.register_keras_serializable("ganreg-tests")
class Point(keras.layers.Layer):
    """Returns one learned number for whatever latent comes in."""

    def __init__(self, start=1.0, **options):
        super().__init__(**options)
        self._start = start

    def build(self, _):
        self.theta = self.add_weight(shape=(1,), initializer=keras.initializers.Constant(self._start), name="theta")

    def call(self, latents):
        return tf.zeros_like(latents) + self.theta


@attrs.frozen(kw_only=True)
class PointGenerator(ganreg.Generator):
    """The Dirac-GAN's generator: one number, whatever the latents are."""

    latent_dim: int = 1
    start: float = 1.0

    def build(self, data):
        latents = keras.Input((1,))
        return keras.Model(latents, Point(self.start)(latents))


@attrs.frozen(kw_only=True)
class LinearDiscriminator(ganreg.Discriminator):
    """The Dirac-GAN's discriminator: D(x) = psi · x."""

    start: float = -1.0

    def build(self, data):
        samples = keras.Input(data.shape)
        slope = keras.layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(self.start))
        return keras.Model(samples, {"logits": slope(samples), "features": (samples,)})


@attrs.frozen(kw_only=True)
class Shift(ganreg.Regularizer):
    """Adds a constant to whatever the discriminator sees."""

    by: float = 1.0

    def discriminator_input(self, samples, step):
        return samples + self.by


@attrs.frozen(kw_only=True)
class Scale(ganreg.Regularizer):
    """Multiplies whatever the discriminator sees."""

    by: float = 2.0

    def discriminator_input(self, samples, step):
        return samples * self.by


@attrs.frozen(kw_only=True)
class Pull(ganreg.Regularizer):
    """A penalty whose gradient is the same everywhere: the sum of a player's weights."""

    weight: float = 1.0

    def discriminator_penalty(self, step):
        return self.weight * sum(tf.reduce_sum(variable) for variable in step.discriminator_variables)

    def generator_penalty(self, step):
        return self.weight * sum(tf.reduce_sum(variable) for variable in step.generator_variables)


@attrs.frozen(kw_only=True)
class Counter(ganreg.Regularizer):
    """Counts each player's updates in variables of its own, and remembers the last fakes' mean."""

    def initial_state(self, data):
        return {"discriminator": 0.0, "generator": 0.0, "mean": np.zeros(data.shape, np.float32)}

    def after_discriminator_update(self, step):
        step.state["discriminator"].assign_add(1.0)
        step.state["mean"].assign(tf.reduce_mean(step.fake, axis=0))

    def after_generator_update(self, step):
        step.state["generator"].assign_add(1.0)


@attrs.frozen(kw_only=True)
class Broken(ganreg.Regularizer):
    """Fails in whichever method it is told to."""

    where: str = "discriminator_penalty"

    def check(self, assembly):
        self._fail("check")
        return ()

    def wrap_discriminator(self, model, data):
        self._fail("wrap_discriminator")
        return model

    def initial_state(self, data):
        self._fail("initial_state")
        return {}

    def discriminator_input(self, samples, step):
        self._fail("discriminator_input")
        return samples

    def discriminator_penalty(self, step):
        self._fail("discriminator_penalty")
        return 0.0

    def generator_penalty(self, step):
        self._fail("generator_penalty")
        return 0.0

    def after_discriminator_update(self, step):
        self._fail("after_discriminator_update")

    def _fail(self, where):
        if self.where == where:
            raise KeyError("lost screw")


@attrs.frozen(kw_only=True)
class BrokenGenerator(ganreg.Generator):
    """Fails when it is built."""

    def build(self, data):
        raise KeyError("lost screw")


@attrs.frozen(kw_only=True)
class SecretlyNormalizing(ganreg.Discriminator):
    """Normalises over the batch and does not say so."""

    def build(self, data):
        samples = keras.Input(data.shape)
        hidden = keras.Sequential([keras.layers.Dense(4), keras.layers.BatchNormalization()])(samples)
        return keras.Model(samples, {"logits": keras.layers.Dense(1)(hidden), "features": (hidden,)})


@attrs.frozen(kw_only=True)
class OtherModel(ganreg.Discriminator):
    """Builds whatever it is told to."""

    made: object = None

    def build(self, data):
        return self.made(data)


_PARTS = types.SimpleNamespace(
    PointGenerator=PointGenerator,
    LinearDiscriminator=LinearDiscriminator,
    Shift=Shift,
    Scale=Scale,
    Pull=Pull,
    Counter=Counter,
    Broken=Broken,
    BrokenGenerator=BrokenGenerator,
    SecretlyNormalizing=SecretlyNormalizing,
    OtherModel=OtherModel,
)


@pytest.fixture(scope="session")
def parts():
    """The components of the tests' own, as a namespace."""
    return _PARTS


@pytest.fixture(scope="session")
def points():
    """256 points in the plane."""
    return np.random.default_rng(0).normal(size=(256, 2)).astype(np.float32)


@pytest.fixture(scope="session")
def small():
    """Makes a GAN of tiny dense networks; what is given overrides what is here."""

    def make(data=None, **options):
        given = {
            "generator": "mlp:latent_dim=3,widths=[8]",
            "discriminator": "mlp:widths=[8]",
            "loss": "non-saturating",
            "data": ganreg.DataSpec((2,)) if data is None else data,
            "generator_optimizer": "adam:learning_rate=0.01,beta_1=0.5",
            "discriminator_optimizer": "adam:learning_rate=0.01,beta_1=0.5",
            "batch_size": 16,
        }
        return ganreg.assemble(**given | options)

    return make


def _numbers(model):
    return [variable.numpy() for variable in model.variables]


@pytest.fixture(scope="session")
def numbers():
    """Copies the values of all variables of a model or an optimizer."""
    return _numbers


@pytest.fixture(scope="session")
def same():
    """Whether two lists of arrays are equal to the last bit."""

    def compare(first, second):
        return len(first) == len(second) and all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))

    return compare


@pytest.fixture(scope="session")
def dirac():
    """Makes the Dirac-GAN with plain gradient descent: theta = 1, psi = -1 unless given."""

    def make(loss="minimax", regularizers=(), schedule="simultaneous", rate=0.2, theta=1.0, psi=-1.0, **options):
        return ganreg.assemble(
            generator=PointGenerator(start=theta),
            discriminator=LinearDiscriminator(start=psi),
            loss=loss,
            regularizers=regularizers,
            data=ganreg.DataSpec((1,)),
            schedule=schedule,
            generator_optimizer=f"sgd:learning_rate={rate}",
            discriminator_optimizer=f"sgd:learning_rate={rate}",
            batch_size=2,
            **{"ema_decay": 0.0} | options,
        )

    return make
