"""The workflows of the floor, one folder each, independent of one another.

In each: `workflow` is the pure state machine, `facts` its connection to the database. They write nothing: they return
effects. Called by `wms.tasks` through `wms.app`.
"""
