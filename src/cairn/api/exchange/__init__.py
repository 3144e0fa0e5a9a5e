"""Hash sharing in the style of NCMEC's version 2, served: what programs of others fetch lists with."""
