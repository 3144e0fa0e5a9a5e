"""The HTTP API: thin over the services; every call is a key's, and every answer as the door allows."""
