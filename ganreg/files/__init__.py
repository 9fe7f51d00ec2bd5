"""Files that are written whole, grow by rows or are locked, and their names in a run's folder."""
