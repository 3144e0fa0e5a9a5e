"""What travels with a record when it leaves the node: Europol's handling codes, and TLP 2.0."""

from __future__ import annotations

from django.db import models

from cairn.types import HANDLING_CODES


class HandlingCode(models.TextChoices):
    """What the receiver may do with it. Source: Europol handling codes."""

    H0 = "H0", HANDLING_CODES["H0"]
    H1 = "H1", HANDLING_CODES["H1"]
    H2 = "H2", HANDLING_CODES["H2"]
    H3 = "H3", HANDLING_CODES["H3"]


class Tlp(models.TextChoices):
    """How far it may be passed on. Source: FIRST, Traffic Light Protocol 2.0."""

    RED = "TLP:RED", "TLP:RED"
    AMBER_STRICT = "TLP:AMBER+STRICT", "TLP:AMBER+STRICT"
    AMBER = "TLP:AMBER", "TLP:AMBER"
    GREEN = "TLP:GREEN", "TLP:GREEN"
    CLEAR = "TLP:CLEAR", "TLP:CLEAR"
