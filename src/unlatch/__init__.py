"""Install Python packages from indexes that ask who you are."""
