"""The commands about credentials, and the doors by which other programs ask unlatch for them."""
