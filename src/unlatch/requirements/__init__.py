"""What was asked for: requirements, constraints and options, from the command line and from requirements files."""
