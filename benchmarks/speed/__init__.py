"""How fast the service is: side by side with others, on the same MongoDB and the same data, in one run."""
