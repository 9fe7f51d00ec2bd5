"""What ganreg relies on in filelock. A failure here names the module to mend."""

from filelock import lock_descriptor

LOCKING = "filelock has changed: mend ganreg/files/lock.py, the only module that uses it"


def test_an_open_file_is_locked_without_a_change_of_its_content(tmp_path):
    path = tmp_path / ".lock"
    path.write_text("123\n")
    with path.open("a+") as first, path.open("a+") as second:
        assert lock_descriptor(first.fileno(), blocking=False) is True, LOCKING
        assert lock_descriptor(second.fileno(), blocking=False) is False, LOCKING
    with path.open("a+") as third:
        assert lock_descriptor(third.fileno(), blocking=False) is True, LOCKING

    assert path.read_text() == "123\n", LOCKING
