# the full window is left to the next walk
# kills: grows
s/if (ms_subtract(w->end_ms, w->start_ms) >= a->size_ms/if (ms_subtract(ms_add(w->end_ms, a->step_ms), w->start_ms) >= a->size_ms/
