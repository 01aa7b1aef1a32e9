# a growing window always begins with its first step
# kills: grows
s/w->end_ms = ms_add(window_start(event_ms, a->step_ms, a->offset_ms), a->step_ms);/w->end_ms = ms_add(w->start_ms, a->step_ms);/
