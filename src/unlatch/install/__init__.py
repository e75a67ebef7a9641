"""A verified wheel becomes an installed distribution: checked, unpacked once, linked many times, undone on failure.

The room knows nothing of indexes, networks, the cache or how an interpreter is asked: folders and facts are handed in.

    directory, archive, paths    what a ZIP archive may hold, and where its members lie
    contents          what a wheel must say of itself
    wheel, manifest   unpacked once, and read back without walking
    bytecode          compiled once, by the interpreter it is for
    plan              what to add, replace, keep and remove
    place, scripts    where each file goes, and the scripts that are made
    record            RECORD and its neighbours in .dist-info
    remove            what uninstalling takes away
    linking, change   how a file gets there, and how that is undone
    transaction       all of it as one change
"""
