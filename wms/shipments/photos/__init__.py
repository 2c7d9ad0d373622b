"""Photos of open boxes, taken at packing benches: what lay in a parcel when it was closed.

It must not ask what is in a parcel; a photo is kept with it and shown, and nothing follows from it. Called by packing's
bench desk and by the office.
"""
