"""Customer orders: taking them in, promising stock to them (FEFO), recording what became of each line.

It must not decide about parcels or customs, and never post stock itself: it only holds and frees it. Called by the
picking and packing workflows through effects, by shops through `views`, by the command line through `commands`.
"""
