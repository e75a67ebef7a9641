"""Everything bad that an archive, a page, a sidecar or a server can bring, and what becomes of it.

    case        what one bad input is
    wheels …    the catalogue, by where the bad input comes from
    room        one environment, one home, one working folder, for one command
    tools       unlatch, pip and uv, as commands
    verdict     what a command did, in words
    document    the table in docs/explanation/what-is-checked.md

`test_hostile` holds unlatch to the catalogue. `python -m tests.hostile` runs all three commands and writes the table.
"""
