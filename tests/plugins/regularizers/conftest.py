"""What the tests of several regularizers share: networks with known gradients and kernels, and short trainings."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg


class TanhNetwork:
    """D(x) = v·tanh(W x + b) over flattened samples, in float64: once in numpy, once for a step."""

    def __init__(self, shape, hidden=5, seed=3):
        rng = np.random.default_rng(seed)
        self.shape, self.inputs, self.hidden = shape, int(np.prod(shape)), hidden
        self.weights = rng.normal(size=hidden * self.inputs + 2 * hidden)
        self.variable = tf.Variable(self.weights)

    def _parts(self, weights, reshape):
        split = self.hidden * self.inputs
        matrix = reshape(weights[:split], (self.hidden, self.inputs))
        return matrix, weights[split : split + self.hidden], weights[split + self.hidden :]

    def features(self, samples, weights):
        matrix, bias, _ = self._parts(weights, np.reshape)
        return np.tanh(samples.reshape(len(samples), -1) @ matrix.T + bias)

    def input_gradient(self, samples, weights):
        """Wᵀ (v ⊙ (1 - tanh²)), flattened."""
        matrix, _, top = self._parts(weights, np.reshape)
        return (top * (1 - np.square(self.features(samples, weights)))) @ matrix

    def __call__(self, samples, training):
        matrix, bias, top = self._parts(tf.convert_to_tensor(self.variable), tf.reshape)
        hidden = tf.tanh(tf.reshape(samples, (-1, self.inputs)) @ tf.transpose(matrix) + bias)
        return {"logits": hidden @ top[:, None], "features": (hidden,)}


@pytest.fixture(params=[(3,), (4, 3, 2)], ids=["points", "images"])
def network(request):
    return TanhNetwork(request.param)


@pytest.fixture
def batches(network):
    """Real and fake samples in float64."""
    rng = np.random.default_rng(11)
    return rng.normal(size=(6, *network.shape)), rng.normal(loc=0.5, size=(6, *network.shape))


@pytest.fixture(scope="session")
def finite_differences():
    """Returns a function: the gradient of a numpy function of a vector, by central differences."""

    def compute(function, point, width=1e-6):
        steps = width * np.eye(len(point))
        return np.array([(function(point + step) - function(point - step)) / (2 * width) for step in steps])

    return compute


@pytest.fixture(scope="session")
def linear():
    """Returns a function: D(x) = w·x for a step, by a tensor or variable `w` of one sample's shape."""

    def make(weights):
        def discriminator(samples, training):
            axes = tuple(range(1, len(samples.shape)))
            return tf.reduce_sum(samples * weights, axis=axes)[:, None]

        return discriminator

    return make


class RecordingStep:
    """A step that keeps the random numbers it gave, for a reference that must use the same."""

    def __init__(self, step):
        self._step, self.drawn = step, []

    def __getattr__(self, name):
        return getattr(self._step, name)

    def uniform(self, shape):
        self.drawn.append(self._step.uniform(shape))
        return self.drawn[-1]

    def normal(self, shape):
        self.drawn.append(self._step.normal(shape))
        return self.drawn[-1]


@pytest.fixture(scope="session")
def recording():
    """Returns a class: a step that keeps the random numbers it gave, as tensors in `drawn`."""
    return RecordingStep


@pytest.fixture(scope="session")
def mixed_discriminator():
    """Returns a function: a discriminator with each kind of kernel, a layer called twice, and a model inside."""

    def make():
        keras.utils.set_random_seed(4)
        samples, labels = keras.Input((6, 6, 2)), keras.Input((), dtype="int32")
        hidden = keras.layers.Conv2D(4, 3, activation="tanh")(samples)
        inner = keras.Sequential([keras.Input((4, 4, 4)), keras.layers.Conv2DTranspose(3, 2, activation="tanh")])
        hidden = keras.layers.DepthwiseConv2D(2)(inner(hidden))
        shallow = keras.layers.Flatten()(hidden)
        shared = keras.layers.Dense(5, activation="tanh")
        deep = shared(keras.layers.Dense(5)(shallow))
        deep = keras.layers.Dropout(0.5)(keras.layers.BatchNormalization()(shared(deep)))
        deep = keras.layers.Add()([deep, keras.layers.Embedding(3, 5)(labels)])
        outputs = {"logits": keras.layers.Dense(1)(deep), "features": (shallow, deep)}
        return keras.Model([samples, labels], outputs, name="discriminator")

    return make


@pytest.fixture(scope="module")
def convolutional():
    """A network with a kernel of each layout, one of them in a model of its own, and weights that are not kernels."""
    keras.utils.set_random_seed(3)
    samples = keras.Input((6, 6, 2))
    hidden = keras.layers.Conv2D(3, 3)(samples)
    hidden = keras.layers.BatchNormalization()(hidden)
    inner = keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Conv2DTranspose(2, 2, name="up")])
    hidden = keras.layers.DepthwiseConv2D(2, depth_multiplier=2, name="depthwise")(inner(hidden))
    logits = keras.layers.Dense(1)(keras.layers.Flatten()(hidden))
    return keras.Model(samples, {"logits": logits, "features": (hidden,)})


@pytest.fixture(scope="session")
def kernel_matrices():
    """Returns a function: the kernels of `convolutional` as `[everything else, outputs]`, by index arithmetic."""

    def compute(model):
        matrices = []
        for variable in model.trainable_variables:
            value = np.float64(variable.numpy())
            if "up" in variable.path and value.ndim > 1:
                value = np.einsum("hwoi->hwio", value)
            if value.ndim > 1:
                # A depthwise kernel [h, w, in, multiplier] has in · multiplier outputs, all others their last axis.
                outputs = value.shape[-1] * (value.shape[-2] if "depthwise" in variable.path else 1)
                matrices.append(value.reshape(-1, outputs))
        return matrices

    return compute


@pytest.fixture(scope="session")
def train_on_images():
    """Returns a function: three iterations on images in -1..1 with given regularizers; the GAN, with finite logs."""

    def run(*regularizers, execution="graph", network="mlp:widths=(8,)", shape=(8, 8, 1), batch_size=8, **options):
        gan = ganreg.assemble(
            generator=network,
            discriminator=network,
            regularizers=regularizers,
            data=ganreg.DataSpec(shape, value_range=(-1, 1)),
            batch_size=batch_size,
            **options,
        )
        images = np.random.default_rng(0).uniform(-1, 1, size=(64, *shape)).astype("float32")
        history = gan.fit(images, steps=3, execution=execution, verbose=0).history
        assert np.isfinite([values[-1] for values in history.values()]).all()
        return gan

    return run
