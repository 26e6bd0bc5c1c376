// Loaded into a service before its own modules: its wall clock is wrong by as many milliseconds as a file says.
import { readFileSync } from 'node:fs'

const RealDate = Date
const file = process.env.TEST_CLOCK
let offset = 0
let readAt = Number.NEGATIVE_INFINITY

function now() {
  if (performance.now() - readAt > 20) {
    readAt = performance.now()
    offset = Number(readFileSync(file, 'utf8'))
  }
  return RealDate.now() + offset
}

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(now())
    else super(...parts)
  }

  static now() {
    return now()
  }
}
