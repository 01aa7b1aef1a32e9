# exactly idle_ms is long enough
# kills: quiet-for-too-long
s/> g->idle_ms;/>= g->idle_ms;/
