"""What ganreg relies on that TensorFlow does not promise. A failure here names the module to mend."""

import errno
import os
import re
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

NAMING = (
    "TensorFlow no longer says in its message where the operation that failed was created: mend `_FRAME` in "
    "ganreg/engine/attribution.py, which finds the component to name"
)
FALLING_BACK = (
    "XLA's message about an operation that it lacks has changed: mend the patterns of "
    "ganreg/engine/running/fallback.py, which runs the graph instead and names the operation"
)
DISK = (
    "TensorFlow no longer repeats the system's words for a full disk: mend `_explained` in "
    "ganreg/checkpoints/folder.py, which tells a full disk from other failures"
)


def failing(values):
    """Fails as it runs."""
    with tf.control_dependencies([tf.debugging.assert_less(tf.reduce_sum(values), 1.0, message="too much")]):
        return tf.identity(values)


def lacking(values):
    """Uses an operation that XLA does not have."""
    return tf.strings.as_string(values)


def message_of(function, **options):
    """What TensorFlow raises when it calls a compiled function, and its text."""
    with pytest.raises(tf.errors.OpError) as error:
        tf.function(function, autograph=False, **options)(tf.ones((3,)))
    return str(error.value)


def test_a_message_names_the_function_that_created_the_failed_operation():
    frames = re.findall(r'File "([^"]+)", line \d+, in (\S+)', message_of(failing))

    assert (Path(__file__).name, "failing") in [(Path(path).name, function) for path, function in frames], NAMING


def test_xla_names_the_operation_that_it_lacks_and_who_created_it():
    message = message_of(lacking, jit_compile=True)

    assert "xla" in message.lower(), FALLING_BACK
    assert re.search(r"XLA_\w+: (\w+) \(No registered", message)[1] == "AsString", FALLING_BACK
    before = message.partition("tf2xla conversion failed")[0]
    places = re.findall(r'File "([^"]+)", line (\d+), in (\w+)', before)
    assert (Path(places[-1][0]).name, places[-1][2]) == (Path(__file__).name, "lacking"), FALLING_BACK


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_a_full_disk_is_told_in_the_system_s_words():
    with pytest.raises(tf.errors.OpError) as error:
        tf.io.write_file("/dev/full", "more than the disk takes\n" * 10_000)

    assert os.strerror(errno.ENOSPC) in str(error.value), DISK


def test_the_seed_of_the_graph_can_be_read():
    tf.random.set_seed(5)
    try:
        assert tf.compat.v1.get_seed(0)[0] == 5, (
            "TensorFlow's global seed can no longer be read with `tf.compat.v1.get_seed`: mend "
            "ganreg/testing/checks/surroundings.py, which checks that a component leaves it alone"
        )
    finally:
        tf.random.set_seed(0)


def test_images_can_be_resized_without_moving_their_corners():
    """By its definition: output pixel i is the input at i * scale, interpolated."""
    image = np.array([0.0, 4.0, 8.0], np.float32).reshape(1, 1, 3, 1)

    resized = tf.compat.v1.image.resize_bilinear(image, (1, 6), align_corners=False, half_pixel_centers=False)

    assert resized.numpy().ravel().tolist() == [0, 2, 4, 6, 8, 8], (
        "TensorFlow's old bilinear resizing has changed: mend ganreg_extractors/inception.py, which needs it"
    )
