"""Which credentials an index gets: the sources, their order, what counts as a refusal, and what a failure says."""
