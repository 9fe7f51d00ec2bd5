"""Self-contained HTML reports: a run's report, and the building blocks of a comparison's report.

Importable without TensorFlow.
"""
