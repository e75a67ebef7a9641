"""The commands: each is one short function from settings to what is printed and the exit status."""
