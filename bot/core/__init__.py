"""What every part of the process needs: settings, clock, the one writer, ticks, watching over itself."""
