# whoever goes idle, the clock follows the slowest that is left
# kills: bystander-goes
s/return held_the_clock ? follow_slowest(v) : VALVE_NOTHING;/return follow_slowest(v);/
