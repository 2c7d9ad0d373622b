"""How a parcel has to be packed: what platforms and merchants ask for, which box fits, what it should weigh.

Rules and materials are data that come by file. It knows box types and products, and nothing of tasks or scans: packing
asks it when an order is opened and tells it when a parcel is closed; labels and pages read.
"""
