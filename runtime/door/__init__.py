"""The second door: other processes of the same person hand their commands to the one that owns the workspace."""
