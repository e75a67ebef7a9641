"""HTTP, with the index's credentials attached: a transport makes one exchange, the client decides what follows."""
