"""A wheel's archive, checked and unpacked once.

It knows neither where the bytes came from, nor where the files will go.

    headers, directory, archive        what a ZIP archive has in it, and whether it says one thing
    paths                              what may be unpacked of that
    contents                           what a wheel says of itself, and whether it agrees
    wheel                              those together: the archive in a folder, every byte compared with RECORD
    unpacker, wire, unpacking          a second process that unpacks: our side, what goes between, and its side
    passing                            how little of a large wheel is in memory meanwhile
"""
