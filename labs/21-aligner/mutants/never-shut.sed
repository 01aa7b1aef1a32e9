# a channel behind its barrier goes on
# kills: survive
s/    a->shut\[channel\] = true;.*/    a->shut[channel] = false;/
