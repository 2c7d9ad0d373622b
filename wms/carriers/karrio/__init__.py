"""Carriers of the rest of the world through the library karrio, which is optional and runs in a process of its own.

It must not import that library but in `child`, the program of that process, and must never repeat a purchase: nobody
can look one up here. Called through `adapters`, by the worker alone.
"""
