// Loaded into a process under measurement before its own code: says how long its event loop was blocked since it was last asked.
import { isMainThread } from 'node:worker_threads'

/** Between two looks; what a look comes later is a block. */
const resolutionMs = 5

if (isMainThread && process.channel !== undefined) {
  let longestBlockMs = 0
  let lookedAt = performance.now()
  let used = process.threadCpuUsage()
  setInterval(() => {
    const [now, usage] = [performance.now(), process.threadCpuUsage()]
    const busyMs = (usage.user - used.user + usage.system - used.system) / 1_000
    // Other processes may have had the core: they did not block it, and what this thread did meanwhile is what it takes alone.
    longestBlockMs = Math.max(longestBlockMs, Math.min(now - lookedAt - resolutionMs, busyMs))
    lookedAt = now
    used = usage
  }, resolutionMs).unref()
  process.on('message', () => {
    process.send?.({ longestBlockMs })
    longestBlockMs = 0
  })
  // A process that has nothing else to do ends.
  process.channel.unref()
}
