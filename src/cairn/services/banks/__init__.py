"""Banks: series, as Hasher-Matcher-Actioner's clients call what hashes are matched against."""
