# a channel behind its barrier goes on
# kills: survive
/    a->shut\[channel\] = true;/{N;s/.*/    resume(a, channel);/}
