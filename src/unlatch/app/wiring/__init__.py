"""The parts of a run: made when they are first asked for, shared by all that the run does, closed after it."""
