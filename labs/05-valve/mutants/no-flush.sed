# all idle: the greatest watermark is not let out
# kills: last-one-out
s/out = follow_fastest(v);/out = VALVE_NOTHING;/
