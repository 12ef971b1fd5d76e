"""What a message is about: lexicon, classifier, reasons, likeness."""
