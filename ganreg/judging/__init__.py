"""Judging generated samples: features of samples, scores by metrics, and what is remembered of the real ones."""
