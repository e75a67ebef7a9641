"""A verified wheel becomes an installed distribution: checked, unpacked once, linked many times, undone on failure.

The room knows nothing of indexes, networks, the cache or how an interpreter is asked: folders and facts are handed in.

    directory, archive, paths   what a ZIP archive has in it, and what of that may be unpacked
    contents, entry_points      what a wheel says of itself, and whether it agrees
    wheel, manifest             unpacked once, and read back without walking
    bytecode                    compiled once, by the interpreter that it is for
    plan                        what to add, replace, keep and remove
    place, scripts, record      where each file goes, the commands that are made, what is noted of all that
    installation                those together: every file that one wheel becomes
    remove, owners              what uninstalling takes away, and to whom a file belongs
    linking, files, change      how a file gets to its place, and how that is undone
    footing                     what unlatch itself runs from, loaded before it changes
    transaction                 what leaves and what arrives, as one change
"""
