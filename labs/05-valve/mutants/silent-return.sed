# coming back from idle is not told
# kills: idle-is-deaf
s/return VALVE_ACTIVE;/return VALVE_NOTHING;/
