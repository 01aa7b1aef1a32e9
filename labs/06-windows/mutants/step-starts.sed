# a growing window begins with each step
# kills: grows
s/    w->start_ms = window_start(event_ms, every_ms, a->offset_ms);/    w->start_ms = window_start(event_ms, a->kind == ASSIGNER_TUMBLING ? a->size_ms : a->step_ms, a->offset_ms);/
