# the offset is added
# kills: offset
s/ms_subtract(event_ms, offset_ms) %/ms_add(event_ms, offset_ms) %/
