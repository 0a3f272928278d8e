"""评审: score sheets of the members, the ranking with its working."""
