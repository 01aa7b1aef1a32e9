# a watermark t lets rows at t come
# kills: minus-one in-order
s/return g->greatest_ms - g->delay_ms - 1;/return g->greatest_ms - g->delay_ms;/
