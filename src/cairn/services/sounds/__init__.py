"""Sounds: listened to, kept, indexed, compared in a check, and linked."""
