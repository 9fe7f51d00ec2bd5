"""Which of Keras's callbacks need what."""

import keras
import pytest

import ganreg
from ganreg.engine.running.keras_callbacks import flattened, prepare, sees_epochs, terminates, wants_each_update


class AtBatches(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        pass


class Scores(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs["score"] = 1.0


@pytest.mark.parametrize(
    ("callback", "wants"),
    [
        (keras.callbacks.Callback(), False),
        (keras.callbacks.History(), False),
        (keras.callbacks.EarlyStopping(monitor="discriminator_loss"), False),
        (keras.callbacks.ModelCheckpoint("x.keras"), False),
        (keras.callbacks.ModelCheckpoint("x.keras", save_freq=2), True),
        (keras.callbacks.BackupAndRestore("x"), False),
        (keras.callbacks.BackupAndRestore("x", save_freq=2), True),
        (keras.callbacks.TensorBoard("x"), False),
        (keras.callbacks.TensorBoard("x", update_freq="batch"), True),
        (keras.callbacks.TensorBoard("x", write_steps_per_second=True), True),
        (keras.callbacks.LambdaCallback(on_epoch_end=print), False),
        (keras.callbacks.LambdaCallback(on_train_batch_begin=print), True),
        (AtBatches(), True),
        (ganreg.UpdateCallback(), False),
    ],
)
def test_which_callbacks_want_each_update(callback, wants):
    assert wants_each_update(callback) is wants


def test_which_callbacks_see_epochs():
    assert not sees_epochs(keras.callbacks.History())
    assert not sees_epochs(ganreg.UpdateCallback())
    assert sees_epochs(Scores())
    assert sees_epochs(keras.callbacks.LambdaCallback(on_epoch_begin=print))


def test_callbacks_are_flattened():
    one, two = keras.callbacks.Callback(), keras.callbacks.Callback()
    assert flattened(one) == [one]
    assert flattened([one, (two,)]) == [one, two]
    assert flattened(keras.callbacks.CallbackList([one])) == [one]
    assert flattened(None) == []
    with pytest.raises(ganreg.SpecError, match="callbacks must be Keras callbacks, got 3"):
        flattened([one, 3])


def test_who_ends_a_training_quietly():
    assert terminates([keras.callbacks.TerminateOnNaN()])
    assert not terminates([keras.callbacks.TerminateOnNaN(raise_error=True)])
    assert not terminates([])


@pytest.fixture(scope="module")
def check(dirac):
    gan = dirac()

    def run(*callbacks, validates=False):
        prepare(callbacks, gan.players, validates=validates, refuse_unsaveable=lambda assembly: None)

    return run


def stopping(monitor):
    return keras.callbacks.EarlyStopping(monitor=monitor)


@pytest.mark.parametrize(
    ("monitor", "message"),
    [
        ("generator_los", r"did you mean 'generator_loss'"),
        ("val_generator_loss", r"values of validation data need validation_data="),
        ("score", r"monitors 'score', which is not logged"),
    ],
)
def test_a_value_that_is_not_logged_is_refused(check, monitor, message):
    with pytest.raises(ganreg.SpecError, match=message):
        check(stopping(monitor))


def test_values_that_are_logged_may_be_monitored(check):
    check(stopping("real_accuracy"), stopping("generator_gradient_norm"))
    check(stopping("val_generator_loss"), validates=True)
    rates = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate)
    check(rates, stopping("learning_rate_generator"))
    check(Scores(), stopping("score"))  # an earlier callback of the user's own may log it


@pytest.mark.parametrize(("monitor", "mode"), [("real_accuracy", "max"), ("discriminator_loss", "min")])
def test_the_direction_of_a_value(check, monitor, mode):
    callback = stopping(monitor)
    check(callback)
    assert callback.mode == mode


def test_a_checkpoint_of_weights_may_have_any_monitor(check):
    check(keras.callbacks.ModelCheckpoint("x.weights.h5", save_weights_only=True))
