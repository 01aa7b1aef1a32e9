# a row does not end idleness
# kills: back-and-idle-again
/^    g->idle = false;/d
