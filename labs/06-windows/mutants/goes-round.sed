# a walk that wraps round goes on
# kills: beginning-of-time
s/start_ms > w->start_ms || //
