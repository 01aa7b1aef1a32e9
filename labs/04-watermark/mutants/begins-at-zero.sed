# time begins in 1970
# kills: nothing-yet before-1970
s/greatest_ms = INT64_MIN + delay_ms + 1/greatest_ms = delay_ms + 1/
