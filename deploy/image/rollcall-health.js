#!/usr/bin/node
// The image's health check, as /usr/bin/rollcall-health.
fetch(`http://127.0.0.1:${process.env.PORT || 4000}/readyz`).then(
  ({ ok }) => process.exit(ok ? 0 : 1),
  () => process.exit(1),
)
