"""Whether everything is in place: checks for nothing, and a canary that buys the cheapest live job."""
