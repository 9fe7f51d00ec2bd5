"""Data: the description of a sample, arrays of samples, and the order in which batches are drawn."""
