# all idle: the greatest is let out whoever was last
# kills: only-a-riser-left
/if (held_the_clock)$/{N;s/if (held_the_clock)\n *out/out/}
