"""From source to wheel: an archive of source is unpacked, a back end is asked, and what it needs is provisioned.

It knows no index and no environment that is installed into. What a build requires is brought by a callable.
"""
