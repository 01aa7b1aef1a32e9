# the delay is added
# kills: minus-one
s/return g->greatest_ms - g->delay_ms - 1;/return g->greatest_ms + g->delay_ms - 1;/
