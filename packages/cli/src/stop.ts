// When a command that serves is to stop. One signal often comes twice: npm hands on what a terminal or a supervisor has sent to all of them.

/** A service that has just begun to listen is let get that far, so that it can end as it should. */
const startMs = 1_000
/** Whoever presses Ctrl-C again after this does not want to wait. */
const againMs = 1_000

export interface Stop {
  /** Resolves when a signal asks for it. */
  readonly asked: Promise<void>
  /** From here on the process ends by itself; until then a signal ends it, within a second. */
  started(): void
}

export function listenForStop(): Stop {
  const { promise: asked, resolve } = Promise.withResolvers<void>()
  let isStarted = false
  let askedAt: number | undefined
  const hear = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (askedAt !== undefined) {
      if (signal === 'SIGINT' && performance.now() - askedAt > againMs) process.exit(130)
      return
    }
    askedAt = performance.now()
    resolve()
    setTimeout(() => {
      if (isStarted) return
      process.removeListener(signal, hear)
      process.kill(process.pid, signal)
    }, startMs).unref()
  }
  process.on('SIGTERM', hear)
  process.on('SIGINT', hear)
  return {
    asked,
    started() {
      isStarted = true
    },
  }
}
