"""回头看: a random sample of what departments called solved is looked at again on the spot."""
