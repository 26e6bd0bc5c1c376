#!/usr/bin/node --max-semi-space-size=8
// The command in the image, as /usr/bin/rollcall. The kernel reads the first line: no shell is needed.
void import('/app/dist/main.js')
