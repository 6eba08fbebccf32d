"""Read files of customers, in several formats and encodings, without mapping them to fields."""
