"""A process forked from one that has used TensorFlow raises an error instead of waiting forever."""

import os
import subprocess
import sys

import pytest

from ganreg import RunError
from ganreg.engine import forks

PROGRAM = """
import os, signal, sys
import numpy as np
import ganreg
gan = ganreg.assemble(generator="mlp:widths=[4]", discriminator="mlp:widths=[4]", data=ganreg.DataSpec((2,)))
gan.generate(4)
if os.fork() == 0:
    signal.alarm(30)
    for call in (lambda: gan.generate(4), lambda: gan.fit(np.zeros((64, 2)), steps=1), gan.copy_made):
        try:
            call()
        except ganreg.RunError as error:
            print(str(error)[:40], flush=True)
    os._exit(0)
print("status", os.wait()[1])
""".replace(
    "gan.copy_made", "lambda: ganreg.assemble(generator='mlp', discriminator='mlp', data=ganreg.DataSpec((2,)))"
)


def test_a_fork_is_refused(monkeypatch):
    monkeypatch.setattr(forks, "_computing", None)
    forks.refuse_fork()
    forks.refuse_fork()
    assert forks._computing == os.getpid()
    monkeypatch.setattr(forks, "_computing", os.getpid() + 1)
    with pytest.raises(RunError, match=r'forked from one in which TensorFlow already runs.*get_context\("spawn"\)'):
        forks.refuse_fork()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no forks")
def test_a_forked_gan_says_what_to_do():
    process = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=300, check=True)

    assert process.stdout.splitlines() == ["this process was forked from one in whic"] * 3 + ["status 0"]
