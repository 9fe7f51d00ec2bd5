"""Iterations and epochs: checked by counting them one by one."""

from ganreg.engine.running.course import Course


def test_epochs_are_those_of_counting():
    course = Course(start=7, per_epoch=3, length=8, first_epoch=4)
    counted = [(4 + index // 3, index % 3) for index in range(8)]
    assert [(course.epoch_of(one), course.place_of(one)) for one in range(7, 15)] == counted
    assert [course.end_of_epoch(one) for one in range(7, 13)] == [10, 10, 10, 13, 13, 13]
    assert course.end == 15
    assert course.epochs == 7


def test_a_move_keeps_what_remains():
    course = Course(start=0, per_epoch=4, length=12, first_epoch=0)
    course.move(-5)  # at iteration 8 other weights were loaded, of iteration 3
    assert (course.epoch_of(3), course.place_of(3), course.end - 3) == (2, 0, 4)


def test_an_interrupted_epoch_is_rejoined():
    """Epoch 1 of 3 began at iteration 24, in another process; the earlier training began at 16 and ends at 40."""
    course = Course(start=0, per_epoch=8, length=24, first_epoch=0)
    course.rejoin(epoch=1, began=24)
    assert (course.start, course.end, course.epoch_of(27), course.place_of(27)) == (16, 40, 1, 3)
