"""Pictures painted by us: points in lanes, walked through with the arrow keys."""
