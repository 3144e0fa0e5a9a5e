"""The desk: server-rendered pages, one room for each question that an investigator has."""
