"""What clients of Hasher-Matcher-Actioner ask, answered in its shapes: change the address, and they work.

Source: ThreatExchange, hasher-matcher-actioner 1.1. What it takes and Cairn does not do is refused in words:
an address to fetch a file from, a change of what others own, exchanges that a client sets up.
"""
