# sums of times always fit
# kills: end-of-time
s/w->end_ms = ms_add(w->start_ms, a->size_ms);/w->end_ms = w->start_ms + a->size_ms;/
