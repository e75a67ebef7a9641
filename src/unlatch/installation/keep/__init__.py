"""What is kept of an unpacked wheel, so that the next environment only links it.

The folder is handed in: who keeps it decides where it is, and for how long.

    unpacked, manifest                 what there is, read back without walking
    parts                              what is kept in each folder, ready to be placed and noted
    kept                               whether it is still what it was
    bytecode, compiler                 compiled once, by the interpreter that it is for
"""
