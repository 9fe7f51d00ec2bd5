"""Comparing combinations: trials over axes of alternatives, in processes of their own, and what their scores say."""
