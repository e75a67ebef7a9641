"""The person at the terminal: what was typed, exported and configured becomes Settings, and what happens is told."""
