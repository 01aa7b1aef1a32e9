# idle is said at every probe
# kills: said-once
/    if (g->idle)$/{N;d}
