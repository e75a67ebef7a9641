"""What `unlatch auth login` kept: a list of entries in the user's data folder, and where their secrets lie."""
