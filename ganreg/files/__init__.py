"""Files that are written whole, grow by rows or are locked, and what they are called in a run's folder."""
