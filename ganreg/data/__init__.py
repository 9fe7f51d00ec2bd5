"""What ganreg knows about data: its description, its arrays, and the order in which batches are drawn."""
