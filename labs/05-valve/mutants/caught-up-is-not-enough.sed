# a riser must overtake the clock, not reach it
# kills: catches-up-exactly
s/if (watermark_ms >= v->now_ms)/if (watermark_ms > v->now_ms)/
