# a window holds its end
# kills: on-the-border
s/start_ms <= ms_subtract(event_ms, a->size_ms))/start_ms < ms_subtract(event_ms, a->size_ms))/
