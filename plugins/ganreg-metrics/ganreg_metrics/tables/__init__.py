"""Metrics that compare tables, column by column and row by row."""
