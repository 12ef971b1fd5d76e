"""What stations do with people: written down in chat (活动台账), corrected, counted, asked about, brought in from sheets."""
