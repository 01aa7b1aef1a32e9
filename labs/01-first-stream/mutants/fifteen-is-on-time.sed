# 15 minutes is still on time
# kills: data-1
s/f.delay_min < 15/f.delay_min <= 15/
