# a timestamp is in one sliding window
# kills: newest-first
s/return next_sliding(a, event_ms, w);/return false;/
