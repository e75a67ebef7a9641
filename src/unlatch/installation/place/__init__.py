"""What is to be done, decided, and how one file gets to its place.

Nothing is changed here but by `linking`, one file after the other.

    plan                               what to add, replace, keep and remove
    place, scripts                     where each file goes, and the commands that are made
    blueprint                          those together: every file that one wheel becomes
    remove, owners, claims             what uninstalling takes away, to whom a file belongs, and who else wants it
    linking, hard_links                how a file gets to its place
"""
