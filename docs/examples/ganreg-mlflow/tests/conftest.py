"""MLflow reports its use to its makers when it is imported, unless told not to: not from tests."""

import os

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
