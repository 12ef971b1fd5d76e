"""What is done with cases: referrals, promises, rechecks, supervision, support, clusters."""
