"""Words in: what was typed, exported and configured, here and by the neighbours, becomes Settings."""
