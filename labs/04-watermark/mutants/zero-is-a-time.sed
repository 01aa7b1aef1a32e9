# idle_ms 0 means at once
# kills: never-idle
s/g->idle_ms == 0 || //
