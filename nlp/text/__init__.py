"""Letters: folding, cutting, pieces, repeats, numbers of cases."""
