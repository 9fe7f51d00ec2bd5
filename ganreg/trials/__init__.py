"""Comparing combinations: trials over axes of alternatives, in processes of their own, their scores and the report."""
