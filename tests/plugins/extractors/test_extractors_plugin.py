"""What the package of extractors offers, and that each of them passes the checks."""

import subprocess
import sys

import ganreg
from ganreg.testing import parametrize_with_checks

NAMES = ["classifier", "inception", "model", "pixels"]


def test_it_offers_its_extractors():
    entries = [entry for entry in ganreg.registry().entries("extractor") if entry.plugin.name == "extractors"]

    assert [entry.name for entry in entries] == NAMES
    assert {entry.plugin.distribution for entry in entries} == {"ganreg-extractors"}


@parametrize_with_checks([("extractor", name) for name in NAMES if name != "classifier"])
def test_it_conforms(check):
    check()


def test_their_classes_load_neither_tensorflow_nor_keras():
    code = (
        "import sys, ganreg\n"
        "images = ganreg.DataSpec((8, 8, 1), num_classes=2)\n"
        f"for name in {NAMES}: ganreg.create('extractor', name).suits(images, None)\n"
        "print({'tensorflow', 'keras'} & set(sys.modules))"
    )

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "set()"
