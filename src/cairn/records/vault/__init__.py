"""The vault: pictures kept encrypted in the node's folder, each under its own key, which the records hold."""
