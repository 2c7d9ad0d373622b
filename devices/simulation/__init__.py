"""A scale and a printer that are not there, for a first try and for tests: `wms-bench simulate`.

They speak over real pseudo-terminals and sockets, lose their memory when their power is cut, and keep what they printed
as pictures. Nothing outside this folder and the command line imports it, and it shares no code with the drivers that
talk to it: a mistake must not agree with itself.
"""
