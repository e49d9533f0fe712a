"""The advocates' portal: parse, authorise, call one function of `outreach`, render. Flask lives here, rules do not."""
