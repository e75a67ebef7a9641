"""The commands that write down exact versions, or take their files; and what a lock says of an environment."""
