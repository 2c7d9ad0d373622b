"""The processes of an installation: web server, worker, and the tree in which `wms run` keeps them on one machine.

It decides nothing about warehouses. Called by `wms.cli` alone.
"""
