# the greatest timestamp starts at INT64_MIN, and the promise wraps round
# kills: nothing-yet
s/greatest_ms = INT64_MIN + delay_ms + 1/greatest_ms = INT64_MIN/
