# a watermark may take the clock back
# kills: drawn
/static unsigned advance/,/^}/{/if (watermark_ms <= v->now_ms)/d;/return VALVE_NOTHING;/d}
