"""Learnt descriptors: a model that the operator supplies turns a picture into one vector."""
