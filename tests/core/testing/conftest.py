"""Makes the package of planted faults importable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "packages" / "faulty-gan"))
