"""The program `wms-bench` on a packing bench's computer: scanners, a scale, printers, one HTTP line to the server.

It knows nothing of the warehouse: codes and weights go up, print jobs come down. It imports nothing of `wms` and nobody
imports it; beside the standard library it needs pyserial, and Pillow and two barcode libraries where devices are
simulated. Nothing here may print a label twice without saying so: see `devices.printers`.
"""
