"""What can go wrong, in the service's own words."""
