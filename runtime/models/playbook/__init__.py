"""The embedded model: a deterministic playbook, not a language model (DESIGN 9)."""
