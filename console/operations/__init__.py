"""Gestures as commands: sent, confirmed, refused, told."""
