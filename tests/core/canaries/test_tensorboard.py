"""What ganreg relies on that TensorBoard does not promise. A failure here names the module to mend."""

import io
import struct

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.plugins.hparams.api import hparams_pb
from tensorboard.summary.writer.record_writer import RecordWriter

WRITING = "TensorBoard's records or messages have changed: mend `_EventFile` in ganreg/runs/events.py"


def test_a_record_is_its_length_and_its_bytes_with_a_checksum_each():
    """TensorFlow's record format: uint64 length, uint32 checksum, the bytes, uint32 checksum; little-endian."""
    file = io.BytesIO()

    RecordWriter(file).write(b"content")

    assert struct.unpack("<Q", file.getvalue()[:8]) == (7,), WRITING
    assert file.getvalue()[12:-4] == b"content", WRITING


def test_an_event_takes_plain_values():
    assert Event(step=3, session_log={"status": "START"}).session_log.status == 1, WRITING
    assert Event(file_version="brain.Event:2").file_version == "brain.Event:2", WRITING
    values = [{"tag": "loss", "simple_value": 0.5}, {"tag": "samples", "image": {"encoded_image_string": b"png"}}]
    summary = Event(summary={"value": values}).summary
    assert [value.tag for value in summary.value] == ["loss", "samples"], WRITING
    assert summary.value[0].simple_value == 0.5, WRITING
    assert summary.value[1].image.encoded_image_string == b"png", WRITING


def test_hyperparameters_are_a_summary_whichever_kind_of_message_it_is():
    event = Event()

    event.summary.MergeFromString(hparams_pb({"seed": 1}, trial_id="run").SerializeToString())

    assert [value.metadata.plugin_data.plugin_name for value in event.summary.value] == ["hparams"], WRITING
