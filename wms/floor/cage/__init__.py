"""The hold cage: parcels go in that customs has not released, and are found there when it has.

It touches no lane and no load but to take a red parcel off an open one. Called by the scan door.
"""
