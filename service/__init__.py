"""profile-lookup: tells a contact-centre agent who is calling."""
