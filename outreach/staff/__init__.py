"""Our own people: enrolment, signing in, sessions, whose case it is, what waits for a supervisor."""
