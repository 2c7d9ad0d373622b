"""A simulated electronic port for development, training and tests: takes documents, answers with real CEB receipts.

It stands for the other side, so it must share no code with the regimes that read its answers, and it touches neither
database nor clock. Called by `wms.customs.jobs`, where the installation's customs port is the simulated one.
"""
