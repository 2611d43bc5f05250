"""The service provider itself: departments, teams, agents, what they can do, may do, and when they work."""
