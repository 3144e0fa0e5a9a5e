"""Signing in through another service that speaks OpenID Connect."""
