# an hour is still late
# kills: data-1
s/f.delay_min < 60/f.delay_min <= 60/
