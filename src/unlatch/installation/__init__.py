"""A verified wheel becomes an installed distribution: checked, unpacked once, linked many times, undone on failure.

The room knows nothing of indexes, networks, the cache or how an interpreter is asked: folders and facts are handed in.

    headers, directory, archive        what a ZIP archive has in it, and whether it says one thing
    paths, unsound                     what may be unpacked of that, and the error for what may not
    contents, entry_points, folding    what a wheel says of itself, and whether it agrees
    wheel, unpacked, manifest, kept    unpacked once, read back without walking, and still what it was
    parts                              what is kept in each folder, ready to be placed and noted
    unpacker, wire, unpacking          a second process that unpacks: our side, what goes between, and its side
    passing                            how little of a large wheel is in memory meanwhile
    bytecode, compiler                 compiled once, by the interpreter that it is for
    plan                               what to add, replace, keep and remove
    place, scripts, record             where each file goes, the commands that are made, what is noted of all that
    blueprint                          those together: every file that one wheel becomes
    remove, owners, claims             what uninstalling takes away, to whom a file belongs, and who else wants it
    linking, hard_links, twin, files   how a file gets to its place
    staging, change, journal           how all of them do so at once
    recovery                           how that is undone, or brought to its end, by whoever comes next
    lock, interrupts, traces           whose turn it is, what may not come in between, and what is left behind
    footing                            what unlatch itself runs from, loaded before it changes
    transaction                        what leaves and what arrives, as one change
    verification                       whether what was installed is still what it was
"""
