"""What the service is measured against: the same operations, as others would write them."""
