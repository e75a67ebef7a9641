"""The environment that is installed into: which Python is meant, what it is, and what is there already."""
