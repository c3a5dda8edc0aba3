"""Practice on three made-up requests: a real workspace of its own, thrown away afterwards."""
