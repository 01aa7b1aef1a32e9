# the offset moves the starts, not the steps
# kills: grows-from-an-offset
s/ms_add(window_start(event_ms, a->step_ms, a->offset_ms), a->step_ms)/ms_add(window_start(event_ms, a->step_ms, 0), a->step_ms)/
