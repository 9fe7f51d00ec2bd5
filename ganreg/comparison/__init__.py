"""Comparing combinations: plans, trials in separate processes, ranking, and the report."""
