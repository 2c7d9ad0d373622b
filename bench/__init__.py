"""Benchmarks: what a scan costs, measured through the real server over HTTP. Figures: docs/performance.md.

They print figures and count errors and wrong stock; they assert nothing about time. Run by
`make bench`; nothing imports this package.
"""
