# a growing window grows once too often
# kills: grows
s/if (ms_subtract(w->end_ms, w->start_ms) >= a->size_ms/if (ms_subtract(w->end_ms, w->start_ms) > a->size_ms/
