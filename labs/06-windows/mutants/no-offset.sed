# the offset is forgotten
# kills: offset offset-back
s/ms_subtract(event_ms, offset_ms) %/event_ms %/
