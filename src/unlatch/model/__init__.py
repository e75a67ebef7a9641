"""What things are: frozen values and typed errors that every room shares. Nothing here does I/O."""
