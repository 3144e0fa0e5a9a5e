"""The sentences of the desk: found in its files, kept in catalogues, compiled; without gettext's programs."""
