"""The bonded account book (账册): what customs believe lies in the zone, by article record number.

It follows documents (opening, inward on receiving, outward on release and exit, returns, losses) and never the bins;
comparing both is what it is for. It must not touch stock. Called by the writers of receiving and dispatch, by the
office's page and by `wms customs book`.
"""
