"""Loss scaling is put around an optimizer once, and taken off again."""

import keras

from ganreg.engine.loss_scaling import scale_of, with_loss_scaling, without_loss_scaling


def test_an_optimizer_is_wrapped_once():
    optimizer = keras.optimizers.SGD(0.1)
    scaled = with_loss_scaling(optimizer)
    assert with_loss_scaling(scaled) is scaled
    assert without_loss_scaling(scaled) is optimizer
    assert without_loss_scaling(optimizer) is optimizer


def test_the_scale_is_the_number_that_a_loss_is_multiplied_by():
    scaled = with_loss_scaling(keras.optimizers.SGD(0.1))
    scaled.build([keras.Variable([1.0])])
    assert float(scaled.scale_loss(keras.ops.ones(()))) == float(scale_of(scaled))
    assert scale_of(keras.optimizers.SGD(0.1)) is None
