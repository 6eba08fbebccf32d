"""Tables of the headers of files, by product or by language, and of the fields that they are mapped to."""
