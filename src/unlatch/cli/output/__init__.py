"""Words out: what happened, what is known and what may be typed, as text and as JSON; only `report` prints it."""
