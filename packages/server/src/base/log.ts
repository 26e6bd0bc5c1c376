// Structured logs. JSON lines; readable lines on a terminal. Secrets are redacted by name, whatever logs them.
import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

/** Where everything is logged. */
export type Log = Logger

/** Which requests have a line of their own. */
export type RequestLog = 'off' | 'errors' | 'all'

const secretNames = [
  'authorization',
  'token',
  'password',
  'secret',
  'key',
  'cookie',
  'operatorKey',
  'databaseUrl',
]
const redactedPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*["${name}"]`])

/** `level` is one of pino's, or silent. `worker`: which of several threads each line is of. */
export function createLog(level: string, isTerminal: boolean, worker?: number): Log {
  const base = worker === undefined ? null : { worker }
  const options = { level, redact: { paths: [...new Set(redactedPaths)], censor: '[redacted]' }, base }
  if (isTerminal)
    return pino(options, pretty({ sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' }))
  return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime })
}
