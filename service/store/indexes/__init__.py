"""The indexes of all collections."""
