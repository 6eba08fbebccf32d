"""The indexes: their definitions, and building them."""
