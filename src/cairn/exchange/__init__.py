"""Hash lists to and from the services of others: their messages, their pages, and what was fetched so far.

Pure: it knows addresses, bytes and values, and nothing of records. Only ``connection`` speaks to a network,
to the one address that the operator has written down.
"""
