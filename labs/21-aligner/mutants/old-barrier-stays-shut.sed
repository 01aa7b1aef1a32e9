# an old barrier leaves its channel shut
# kills: late-barrier
s/        resume(a, channel); .* A2 .*/        a->shut[channel] = true;/
