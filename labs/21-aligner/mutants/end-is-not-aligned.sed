# an end does not complete the pending checkpoint
# kills: ends-while-pending
s/        count_aligned(a, now_ms); .* A5 .*/        ;/
