"""Time spent on tickets. Raw minutes are never altered; what they cost is decided elsewhere."""
