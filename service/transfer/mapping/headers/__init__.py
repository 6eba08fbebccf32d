"""The headers of files by product, with the fields of profiles that they mean."""
