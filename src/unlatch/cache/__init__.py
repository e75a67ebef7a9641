"""The cache: what earlier runs learned, kept on disk. Nothing in it is needed, and all of it may be thrown away."""
