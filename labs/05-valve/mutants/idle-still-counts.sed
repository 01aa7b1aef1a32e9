# an idle channel still holds the clock
# kills: idle-releases
s/ch->active = ch->aligned = false;/ch->active = false;/
