"""Days and times without a database: holidays, occasions by rule, when they are over."""
