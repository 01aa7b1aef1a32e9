# the last row decides, not the greatest
# kills: greatest-counts
s/    if (event_ms > g->greatest_ms)/    if (true)/
