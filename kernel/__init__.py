"""The ground floor: money, points, periods, lifecycles and refusals. Knows no subject and imports nothing of ours."""
