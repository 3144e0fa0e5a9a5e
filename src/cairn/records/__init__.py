"""What is known. Importing this room readies the models; ``connection.connect`` points them at a node."""

from cairn.records.setup import ready

ready()
