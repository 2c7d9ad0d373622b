"""The transactional outbox: work for the outside world, written with the business change and done afterwards.

A message is a row; workers claim rows by lease, so a worker may die at any line without losing one. It knows no slice:
handlers are registered in `wms.app`. Called by services (to write) and by `wms worker` (to empty).
"""
