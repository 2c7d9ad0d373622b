"""The server's side of the packing benches: their codes, print jobs, devices, and the proof that a label is on its box.

It knows nothing of scanners, scales or printers (that is `devices`, a program on the bench's computer that asks over
HTTP) and nothing of how an order is packed. Called by packing, the office and the bench page; wired in `wms.app`.
"""
