"""From what a scanner sent to what it means: cleaning, AIM identifiers, GS1 element strings, the resolver.

It knows no kind of thing itself: slices hand in readers that look their own codes up. Called by `wms.tasks` and by
look-up pages.
"""
