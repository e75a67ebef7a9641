"""The demonstration: the main job on an index and a keyring of its own."""
