"""What staff of stations, streets and the district office may do in chat."""
