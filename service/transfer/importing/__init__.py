"""Import the rows of a file in batches."""
