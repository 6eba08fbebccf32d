"""What only the API of Amazon Connect Customer Profiles offers: domains, object types, objects and tags."""
