"""The index room: what the indexes list, their distributions' metadata, and the distributions themselves, verified.

It is asked with a name or a file, never with a version to choose: choosing is the resolver's. What a page means is
decided without I/O; requests carry their index, so nobody here knows a credential.

    page, anchors, link, filename   a page's text becomes lines           (pure)
    listing                         lines become releases, newest first   (pure)
    pages, local                    one index's page, over HTTP with the cache, or from a folder
    repository                      several indexes, asked in order
    metadata, remote_zip            a distribution's metadata, with as few bytes as can be
    download, exchange              a distribution's bytes, verified
    keys                            under which keys pages are kept
    once                            the same work is never done twice in a run
"""
