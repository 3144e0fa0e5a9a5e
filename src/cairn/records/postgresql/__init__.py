"""Django's own PostgreSQL connection, which tells the server who looks before it asks anything."""
