"""Networks for use in other programs, without ganreg."""
