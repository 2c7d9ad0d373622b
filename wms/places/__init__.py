"""Where things can be: warehouses, zones, places (docks, stages, shelves, benches, cages, lanes) and virtual places.

It knows no stock. Called by everything that names a place.
"""
