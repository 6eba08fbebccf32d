"""Map the columns of files to the fields of profiles."""
