"""The demonstration city 示范市: invented organisations and people, one real tender, built through services only."""
