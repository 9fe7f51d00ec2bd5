"""`ganreg.train`: a GAN or the name of a recipe, and arguments that a type checker knows."""

import inspect
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

import ganreg
from ganreg.assembling import Choices, assemble
from ganreg.contract.recipes import Recipe
from ganreg.runs.starting import HowToTrain, WhatToTrain
from ganreg.runs.training import train as train_gan

SMALL = {"execution": "eager", "steps": 1, "batch_size": 8, "health": "off"}


def test_a_recipe_by_name_works_as_on_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = ganreg.train("ring", loss="hinge", keep=1, **SMALL)
    assert run.path == Path("runs", "ring")
    assert (run.recipe.name, run.recipe.loss.name, run.recipe.steps, run.recipe.batch_size) == ("ring", "hinge", 1, 8)
    assert ganreg.load(run.path).players.done == 1


def test_a_gan_takes_no_arguments_of_assemble():
    gan = ganreg.assemble("ring")
    with pytest.raises(ganreg.SpecError, match="batch_size= belongs to assemble, but this GAN is assembled already"):
        ganreg.train(gan, batch_size=3)
    with pytest.raises(ganreg.SpecError, match="path and out are the same"):
        ganreg.train(gan, "a", out="b")


@pytest.mark.slow
def test_a_gan_is_trained_as_it_is(tmp_path):
    gan = ganreg.assemble("ring", batch_size=8)
    run = ganreg.train(gan, out=tmp_path / "run", steps=1, execution="eager", health="off")
    assert (run.path, gan.players.done) == (tmp_path / "run", 1)


def test_a_misspelt_argument_is_a_type_error():
    with pytest.raises(TypeError, match="batchsize"):
        ganreg.train("ring", batchsize=3)


def test_the_typed_arguments_are_those_of_the_functions():
    """Editors and type checkers read these; nothing else keeps them in step."""
    taken = set(inspect.signature(assemble).parameters)
    assert set(Choices.__annotations__) == taken - {"recipe", "steps"}
    fields = {field.name for field in attrs.fields(Recipe)} - {"default", "dataset"}
    assert fields <= taken
    assert set(HowToTrain.__annotations__) == set(inspect.signature(train_gan).parameters) - {"gan", "path"}
    assert set(WhatToTrain.__annotations__) == {*Choices.__annotations__, *HowToTrain.__annotations__}


PROGRAM = """
import ganreg

gan = ganreg.assemble("ring", batch_size=3, precision="float32", regularizers=["r1"], seed=1)
gan.fit(steps=3, verbose=0)
loss: ganreg.Loss = ganreg.create("loss", "hinge")
ganreg.create("regularizer", "r1", weight=2.0).every
ganreg.train("ring", out="run", batch_size=3, steps=2, keep=1)
ganreg.train(gan, "run", keep=1)
"""
WRONG = """
ganreg.assemble("ring", batchsize=3)
ganreg.assemble("ring", precision="half")
gan.fit(epoch=3)
ganreg.create("los", "hinge")
ganreg.train("ring", batchsize=3)
"""


@pytest.mark.slow
def test_a_type_checker_flags_misspelt_arguments_and_no_others(tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "program.py").write_text(PROGRAM + WRONG)
    command = [sys.executable, "-m", "mypy", "--follow-imports=silent", "--ignore-missing-imports", "program.py"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    flagged = {int(line.split(":")[1]) for line in told.splitlines() if ": error:" in line}
    first = PROGRAM.count("\n") + 2
    assert flagged == set(range(first, first + WRONG.strip().count("\n") + 1)), told
