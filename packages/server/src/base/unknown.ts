// What was thrown, read without a guess at what it is: anything can be thrown.

/** The message of an error; of anything else the text that it becomes. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** A member of what was thrown; undefined where it has none of that name. */
export function memberOf(thrown: unknown, name: string): unknown {
  return typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, name) : undefined
}

/** Whether it has members by name. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The code that Node.js, its libraries and PostgreSQL give an error; undefined where it has none. */
export function codeOf(thrown: unknown): string | undefined {
  const code = memberOf(thrown, 'code')
  return typeof code === 'string' ? code : undefined
}
