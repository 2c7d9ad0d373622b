"""Everything about a declaration on one sheet, for the API, the office, commands and the evidence. Reads only."""
