"""An electronic port and customs office for development and training: it takes what is sent, and answers as they would.

It reads, checks and writes on its own and imports nothing of what it is there to test: no rule, no writer, no reader of
`wms.customs`. Its state is an SQLite file of its own below each folder; it knows no table of the service. Called by
`wms customs simulator`, by the training pages of the office (through `desk`), and by tests.
"""
