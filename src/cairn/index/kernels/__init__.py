"""The compiled inner loops of the search; ``compiled`` is what the engine calls."""
