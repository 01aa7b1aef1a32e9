# a single quiet probe is enough
# kills: quiet-for-too-long
/    if (g->quiet_from_ms == 0) {/,/    }/d
