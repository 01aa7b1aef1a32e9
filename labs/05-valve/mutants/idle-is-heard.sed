# watermarks of idle channels are kept
# kills: drawn
s/if (!v->active || !ch->active)[^{]*/if (!v->active)/
