"""What is sold: merchants, SKUs, their barcodes and pack sizes, lot and expiry policy, customs article data.

Catalogue data belongs to no warehouse. It knows no stock and no orders; everybody above reads it.
"""
