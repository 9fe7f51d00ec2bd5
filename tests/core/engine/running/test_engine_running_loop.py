"""The training loop: every way of execution does the same, and callbacks see the iterations they asked for."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.contract.callbacks import UpdateCallback

STEPS = 12
WAYS = {"eager": ("eager", 1), "graph": ("graph", 1), "graph-7": ("graph", 7), "xla-7": ("xla", 7)}
COMPILED = ["graph", "graph-7", pytest.param("xla-7", marks=pytest.mark.slow)]


@pytest.fixture(scope="module")
def trained(small, points):
    """Trains the same GAN in one way of execution: a lazy penalty, a schedule 2:1, a call that ends short."""
    made = {}

    def train(way):
        if way not in made:
            mode, updates_per_call = WAYS[way]
            gan = small(
                regularizers=["r1:weight=0.5,every=3", "instance-noise"],
                schedule="alternating:discriminator_steps=2",
                generator_optimizer="adam:learning_rate=0.003,beta_1=0.5",
                discriminator_optimizer="adam:learning_rate=0.003,beta_1=0.5",
            )
            history = gan.fit(
                points, steps=STEPS, verbose=0, execution=mode, updates_per_call=updates_per_call, batch_size=16
            )
            made[way] = gan, history
        return made[way]

    return train


@pytest.mark.parametrize("way", COMPILED)
def test_every_execution_trains_alike(trained, numbers, way):
    reference, other = trained("eager")[0], trained(way)[0]
    for name in ("generator", "discriminator", "average_generator", "discriminator_optimizer"):
        for first, second in zip(numbers(getattr(reference, name)), numbers(getattr(other, name)), strict=True):
            np.testing.assert_allclose(second, first, rtol=1e-4, atol=1e-5)
    assert int(other.iterations) == STEPS


@pytest.mark.parametrize("way", COMPILED)
@pytest.mark.slow
def test_every_execution_logs_alike(trained, way):
    """8 iterations an epoch; the last call of 7, and the last epoch of 4, are short."""
    reference, other = trained("eager")[1].history, trained(way)[1].history
    assert list(reference) == list(other)
    if way == "graph":
        for name, values in reference.items():
            np.testing.assert_allclose(other[name], values, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("way", COMPILED)
def test_a_short_last_call_is_not_traced_again(trained, way):
    """One function a call of several; where calls run one iteration, one for each set of lazy penalties."""
    functions = trained(way)[0].programs.functions
    assert [function.traces for function in functions] == [1] * (3 if way == "graph" else 1)


def test_a_second_fit_is_not_traced_again(small, points):
    gan = small()
    for _ in range(2):
        gan.fit(points, epochs=1, verbose=0, execution="graph", updates_per_call=5)
    assert [function.traces for function in gan.programs.functions] == [1]
    assert int(gan.iterations) == 32


@pytest.mark.slow
def test_fitting_twice_is_fitting_once(small, points, numbers, same):
    """The order of data and all noise go on where they were."""
    once, twice = (small(discriminator="mlp:widths=[8],dropout=0.2") for _ in range(2))
    once.fit(points, steps=24, verbose=0, execution="graph", updates_per_call=4)
    for steps in (8, 16):
        twice.fit(points, steps=steps, verbose=0, execution="graph", updates_per_call=4)
    assert same(numbers(once.generator), numbers(twice.generator))
    assert same(numbers(once.discriminator), numbers(twice.discriminator))


@pytest.mark.slow
@pytest.mark.parametrize("changed", [{"seed": 1}, {}])
def test_weights_depend_on_the_recipe_alone(small, points, numbers, same, changed):
    gans = [small(), small(**changed)]
    for number, gan in enumerate(gans):
        np.random.seed(number)
        tf.random.set_seed(number)
        gan.fit(points, steps=3, verbose=0, execution="graph", updates_per_call=3)
    assert same(numbers(gans[0].generator), numbers(gans[1].generator)) is not bool(changed)


@pytest.fixture(scope="module")
def _shared(small):
    return small()


@pytest.fixture
def counted(_shared, points):
    """Fits a GAN that tests share, one iteration a call; returns the history and the iterations done."""

    def fit(x=points, **options):
        before = int(_shared.iterations)
        history = _shared.fit(x, **{"verbose": 0, "execution": "graph", "updates_per_call": 1} | options)
        return history, int(_shared.iterations) - before

    return fit


class Watch(UpdateCallback):
    """Keeps the iterations at which it is called, the counter's value, and a weight."""

    def __init__(self, gan, every):
        super().__init__()
        self.every, self._gan = every, gan
        self.seen, self.counted, self.weights, self.updates = [], [], [], []

    def on_updates(self, first, logs):
        self.updates.append((first, {name: len(values) for name, values in logs.items()}))

    def on_iteration(self, iteration):
        self.seen.append(iteration)
        self.counted.append(int(self._gan.iterations))
        self.weights.append(self._gan.generator.weights[0].numpy())


class Plain(keras.callbacks.Callback):
    """A Keras callback as users write them."""

    def __init__(self):
        super().__init__()
        self.batches, self.logs, self.events = [], [], []

    def on_train_begin(self, logs=None):
        self.events.append("train")

    def on_epoch_begin(self, epoch, logs=None):
        self.events.append(epoch)

    def on_train_batch_end(self, batch, logs=None):
        self.batches.append(batch)
        self.logs.append(logs)

    def on_train_end(self, logs=None):
        self.events.append("end")


@pytest.mark.parametrize("updates_per_call", [1, 4, 50])
def test_update_callbacks_are_called_at_multiples(small, points, updates_per_call):
    gan = small()
    threes, fives = Watch(gan, 3), Watch(gan, 5)
    gan.fit(
        points,
        steps=16,
        verbose=0,
        callbacks=[threes, fives],
        execution="graph",
        updates_per_call=updates_per_call,
    )
    assert threes.seen == threes.counted == [3, 6, 9, 12, 15]
    assert fives.seen == fives.counted == [5, 10, 15]
    done = [(first, set(lengths.values())) for first, lengths in threes.updates]
    assert all(len(lengths) == 1 for _, lengths in done)
    ends = [first + max(lengths) for first, lengths in done]
    assert [first for first, _ in done] == [0, *ends[:-1]]
    assert ends[-1] == 16


def test_update_callbacks_see_the_weights_of_their_iteration(small, points):
    watched, stopped = small(), small()
    watch = Watch(watched, 3)
    watched.fit(points, steps=8, verbose=0, callbacks=[watch], execution="graph", updates_per_call=8)
    for seen in watch.weights:
        stopped.fit(points, steps=3, verbose=0, execution="graph", updates_per_call=8)
        np.testing.assert_array_equal(seen, stopped.generator.weights[0].numpy())


def test_multiples_are_counted_from_the_first_fit(small, points):
    gan = small()
    gan.iterations.assign(4)
    watch = Watch(gan, 3)
    gan.fit(points, steps=4, verbose=0, callbacks=[watch], execution="eager")
    assert watch.seen == [6]


@pytest.mark.slow
def test_a_keras_callback_gets_each_update(counted, small):
    plain = Plain()
    counted(epochs=2, callbacks=[plain], updates_per_call=None)
    assert plain.batches == [*range(16), *range(16)]
    assert plain.events == ["train", 0, 1, "end"]
    assert all(sorted(logs) == sorted(small().log_names) for logs in plain.logs)


def test_a_keras_callback_may_be_called_after_several(counted):
    plain = Plain()
    counted(callbacks=[plain], updates_per_call=6)
    assert plain.batches == [5, 11, 15]


def test_history_holds_the_means_of_each_epoch(counted):
    plain = Plain()
    history, _ = counted(epochs=2, callbacks=[plain])
    assert history.epoch == [0, 1]
    for name, values in history.history.items():
        each = [logs[name] for logs in plain.logs]
        np.testing.assert_allclose(values, [np.mean(each[:16]), np.mean(each[16:])], rtol=1e-4)


def test_epochs_count_on_from_initial_epoch(counted):
    plain = Plain()
    _, done = counted(initial_epoch=3, epochs=5, callbacks=[plain])
    assert plain.events == ["train", 3, 4, "end"]
    assert done == 32


def test_an_epoch_uses_every_whole_batch_once(small, points):
    """256 samples, batches of 16, 5 of them an iteration: 3 iterations; one batch is left over."""
    gan = small(schedule="alternating:discriminator_steps=5")
    gan.fit(points, epochs=2, verbose=0, execution="graph", updates_per_call=1)
    assert int(gan.iterations) == 6


def test_an_epoch_has_at_least_one_iteration(small, points):
    gan = small(schedule="alternating:discriminator_steps=5")
    gan.fit(points[:32], epochs=1, verbose=0, execution="eager")
    assert int(gan.iterations) == 1


def test_steps_override_epochs(counted):
    history, done = counted(epochs=7, steps=20)
    assert done == 20
    assert history.epoch == [0, 1]


def test_steps_per_epoch_decide_what_an_epoch_is(counted):
    history, done = counted(epochs=3, steps_per_epoch=4)
    assert done == 12
    assert history.epoch == [0, 1, 2]


def test_without_epochs_there_is_one(counted):
    assert counted()[1] == 16


def test_without_samples_the_recipes_data_and_steps_are_taken(small):
    gan = small("gaussian-1d:samples=100", steps=9)
    gan.fit(verbose=0, execution="graph")
    assert int(gan.iterations) == 9


class Stop(keras.callbacks.Callback):
    """Asks to stop at the end of a batch or of an epoch."""

    def __init__(self, batch=None, epoch=None):
        super().__init__()
        self._batch, self._epoch = batch, epoch

    def on_train_batch_end(self, batch, logs=None):
        if batch == self._batch:
            self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        if epoch == self._epoch:
            self.model.stop_training = True


@pytest.mark.parametrize(("where", "iterations"), [({"batch": 4}, 5), ({"epoch": 1}, 32)])
def test_a_callback_may_stop_the_training(counted, where, iterations):
    history, done = counted(epochs=4, callbacks=[Stop(**where)])
    assert done == iterations
    assert history.epoch == list(range(-(-iterations // 16)))


def test_training_goes_on_after_a_stop(counted):
    counted(callbacks=[Stop(batch=0)])
    assert counted(steps=3)[1] == 3


class Moved(UpdateCallback):
    """Notes after each iteration which player has moved."""

    every = 1

    def __init__(self, gan):
        super().__init__()
        self._gan, self.movers = gan, ""
        self._before = self._weights()

    def _weights(self):
        players = {"D": self._gan.discriminator, "G": self._gan.generator}
        return {name: [variable.numpy() for variable in player.variables] for name, player in players.items()}

    def on_iteration(self, iteration):
        after = self._weights()
        self.movers += "".join(
            name
            for name, values in after.items()
            if any(not np.array_equal(a, b) for a, b in zip(values, self._before[name], strict=True))
        )
        self._before = after


def test_whole_epochs_hold_one_player_still(small, points):
    """Two epochs of 4 iterations for D, one for G, and again."""
    gan = small(schedule="alternating:discriminator_steps=2,unit=epochs", generator="mlp:widths=[8],norm=batch")
    moved = Moved(gan)
    history = gan.fit(points[:64], epochs=4, verbose=0, callbacks=[moved], execution="graph")
    assert moved.movers == "DDDD" * 2 + "GGGG" + "DDDD"
    assert history.epoch == [0, 1, 2, 3]


def test_the_generator_may_have_the_first_epoch(small, points):
    gan = small(schedule="alternating:generator_steps=2,unit=epochs,first=generator")
    moved = Moved(gan)
    gan.fit(points[:64], epochs=3, verbose=0, callbacks=[moved], execution="graph")
    assert moved.movers == "GGGG" * 2 + "DDDD"


@pytest.mark.slow
def test_whose_turn_it_is_depends_on_the_iteration_alone(small, points, numbers):
    """Epochs of 4 iterations in turns: a fit that begins within an epoch first ends it."""
    once, pieces = (small(schedule="alternating:unit=epochs", ema_decay=0.0) for _ in range(2))
    once.fit(points[:64], steps=10, verbose=0, execution="graph", updates_per_call=1)
    for steps in (2, 8):
        pieces.fit(points[:64], steps=steps, verbose=0, execution="graph", updates_per_call=8)
    for name in ("generator", "discriminator"):
        for first, second in zip(numbers(getattr(once, name)), numbers(getattr(pieces, name)), strict=True):
            np.testing.assert_allclose(second, first, rtol=1e-4, atol=1e-6)


def test_a_pipeline_of_unknown_length_needs_steps(counted, points):
    def batches():
        yield from points.reshape(16, 16, 2)

    pipeline = tf.data.Dataset.from_generator(batches, output_signature=tf.TensorSpec((16, 2)))
    with pytest.raises(ganreg.DataError, match="pass steps_per_epoch or steps"):
        counted(pipeline, epochs=1)
    assert counted(pipeline, steps=3)[1] == 3
    assert counted(pipeline, epochs=1, steps_per_epoch=2)[1] == 2


@pytest.mark.slow
def test_a_pipeline_trains_as_its_arrays_do(small, points, numbers, same):
    arrays, pipeline = small(), small()
    arrays.fit(points, epochs=2, shuffle=False, verbose=0, execution="graph", updates_per_call=4)
    stream = tf.data.Dataset.from_tensor_slices(points).batch(16)
    pipeline.fit(stream, epochs=2, verbose=0, execution="graph", updates_per_call=4)
    assert int(pipeline.iterations) == 32
    assert same(numbers(arrays.generator), numbers(pipeline.generator))


def test_keras_progress_bar_takes_the_logs(counted, capsys):
    counted(epochs=2, verbose=2)
    shown = capsys.readouterr().out
    assert "Epoch 2/2" in shown
    assert "16/16" in shown
    assert "discriminator_loss" in shown


def test_an_unknown_execution_is_refused(counted):
    with pytest.raises(ganreg.SpecError, match="no execution 'grap'; did you mean 'graph'"):
        counted(execution="grap")
