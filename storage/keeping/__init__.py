"""What is kept, sealed, erased, archived and proven."""
