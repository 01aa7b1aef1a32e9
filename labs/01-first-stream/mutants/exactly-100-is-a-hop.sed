# 100 miles is still a hop
# kills: data-1
s/distance_mi >= 100/distance_mi > 100/
