# the fastest channel rules
# kills: slowest-rules
s/if (v->channel\[c\].watermark_ms < slowest)/if (v->channel[c].watermark_ms > slowest || slowest == INT64_MAX)/
