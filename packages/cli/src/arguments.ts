// Words of a command line, read strictly: an unknown option, a missing value or a word too many is an error.
import { parseArgs } from 'node:util'

/** The command was called wrongly; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface Words {
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | undefined>>
}

/** `options` names those that there are; `least` and `most` bound the words beside them. */
export function readWords(
  args: readonly string[],
  options: Readonly<Record<string, 'text' | 'switch'>>,
  least: number,
  most: number,
): Words {
  const config = Object.entries(options).map(
    ([name, kind]) => [name, { type: kind === 'text' ? 'string' : 'boolean' }] as const,
  )
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries(config),
      allowPositionals: true,
    })
    if (positionals.length < least || positionals.length > most) {
      throw new UsageError(
        positionals.length < least
          ? 'a word is missing'
          : `too many words: ${positionals.slice(most).join(' ')}`,
      )
    }
    return { words: positionals, options: values as Words['options'] }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message)
  }
}

/** A whole number of an option, or its default. */
export function readNumber(words: Words, name: string, fallback: number, max: number): number {
  const text = words.options[name]
  if (text === undefined) return fallback
  const value = Number(text)
  if (!/^\d+$/.test(String(text)) || value < 1 || value > max)
    throw new UsageError(`--${name} takes a whole number from 1 to ${max}`)
  return value
}

export function readText(words: Words, name: string): string | undefined {
  const value = words.options[name]
  return typeof value === 'string' ? value : undefined
}

export function requireText(words: Words, name: string): string {
  const value = readText(words, name)
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing`)
  return value
}
