"""Banks: series and lists, as Hasher-Matcher-Actioner's clients call what hashes are matched against."""
