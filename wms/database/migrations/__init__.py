"""The history of the schema: one file per change, run in order by `wms migrate`, on both databases."""
