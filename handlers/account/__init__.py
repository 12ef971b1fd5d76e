"""Who an account belongs to: binding by a code, members of a corp, duties on one channel, events that are another system's."""
