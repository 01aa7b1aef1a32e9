# a channel that wakes up counts at once
# kills: late-riser
s/ch->aligned = ch->watermark_ms >= v->now_ms;.*/ch->aligned = true;/
