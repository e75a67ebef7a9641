"""A verified wheel becomes an installed distribution: checked, unpacked once, linked many times, undone on failure.

The room knows nothing of indexes, networks, the cache or how an interpreter is asked: folders and facts are handed in.

    transaction                        what leaves and what arrives, as one change
    verification                       whether what was installed is still what it was
    change                             how it is all done at once
    place                              where each file goes, and how it gets there
    unpack                             an archive, checked and unpacked once
    keep                               what is kept of it
    entry_points, record               files of .dist-info
    folding, unsound                   names that are one, and the error for a bad wheel
"""
