"""What the tests of several regularizers share: a network whose input gradient is known in closed form."""

import numpy as np
import pytest
import tensorflow as tf


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
    """A step that keeps the random numbers it gave, for a reference that is to use the same."""

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
