"""Made-up customers to look at."""
