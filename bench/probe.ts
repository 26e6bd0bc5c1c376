// Loaded into a process under measurement before its own code: says how long its event loop was blocked since it was last asked.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/** Between two looks; what is longer than that is a block. */
const resolutionMs = 10

if (isMainThread && process.channel !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  process.on('message', () => {
    process.send?.({ longestBlockMs: Math.max(0, delay.max / 1e6 - resolutionMs) })
    delay.reset()
  })
  // A process that has nothing else to do ends.
  process.channel.unref()
}
