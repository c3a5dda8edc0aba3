"""What the window tells a person: results, refusals, faults of the world and crashes of the program."""
