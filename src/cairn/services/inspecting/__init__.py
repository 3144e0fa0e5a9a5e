"""Files of other tools, looked into without a node."""
