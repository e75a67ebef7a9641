"""How all of it is done at once, or not at all.

It knows files and folders, and nothing of distributions.

    staging, journal, change           arriving files beside their places, each step noted, then swapped
    twin                               a second process that does half of the links
    recovery                           how that is undone, or brought to its end, by whoever comes next
    lock, interrupts, traces           whose turn it is, what may not come in between, and what is left behind
    footing                            what unlatch itself runs from, loaded before it changes
"""
