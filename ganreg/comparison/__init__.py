"""Comparing combinations: plans, trials in processes of their own, ranking, and the report."""
