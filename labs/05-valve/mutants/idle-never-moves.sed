# a channel that goes idle never moves the clock
# kills: idle-releases
s/return held_the_clock ? follow_slowest(v) : VALVE_NOTHING;/return VALVE_NOTHING;/
