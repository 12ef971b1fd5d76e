"""What was there before an upgrade, read through the seal, the gate and the check of places of today."""
