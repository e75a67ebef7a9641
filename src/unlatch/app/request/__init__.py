"""What a run is asked for, and for which Python: the settings, the files that they name, and the environment."""
