# watermarks of idle channels are kept
# kills: idle-is-deaf
s/if (!v->active || !ch->active)[^{]*/if (!v->active)/
