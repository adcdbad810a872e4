"""The foundation: settings, clock, ids, database, Redis, jobs, events and the Call, on which every trade stands."""
