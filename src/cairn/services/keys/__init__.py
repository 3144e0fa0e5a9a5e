"""API keys: made, listed, rotated, revoked; and whom a call that carries one acts for."""
