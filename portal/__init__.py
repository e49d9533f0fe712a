"""Flask only: parse, authorise, call one outreach function, render. The apps never import one another."""
