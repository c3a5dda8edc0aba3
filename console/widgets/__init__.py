"""Painted, reusable parts of the window; none of them knows the runtime."""
