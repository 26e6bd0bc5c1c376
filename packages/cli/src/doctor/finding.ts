// What a look at something found: how it is, in a sentence, and what to do where it is not well.

export type Level = 'ok' | 'warn' | 'fail'

export interface Finding {
  /** What was looked at: `database`, `connection Okta`. */
  readonly check: string
  readonly level: Level
  readonly message: string
  /** Undefined where there is nothing to do. */
  readonly remedy?: string
}

export const ok = (check: string, message: string): Finding => ({ check, level: 'ok', message })
export const warn = (check: string, message: string, remedy: string): Finding => ({
  ...{ check, level: 'warn', message },
  remedy,
})
export const fail = (check: string, message: string, remedy: string): Finding => ({
  ...{ check, level: 'fail', message },
  remedy,
})

const levels: readonly Level[] = ['ok', 'warn', 'fail']

/** The worst of all. */
export function worstOf(findings: readonly Finding[]): Level {
  return levels[Math.max(0, ...findings.map(({ level }) => levels.indexOf(level)))] ?? 'ok'
}

const columns = { level: 6, check: 22 } as const
const toLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim()

/** Findings as people read them: a line each, and what to do below. */
export function renderFindings(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ check, level, message, remedy }) => [
    `${level.padEnd(columns.level)}${toLine(check).padEnd(columns.check)} ${toLine(message)}`,
    ...(remedy === undefined ? [] : [`${' '.repeat(columns.level)}-> ${toLine(remedy)}`]),
  ])
  const count = (level: Level): number => findings.filter((one) => one.level === level).length
  return [...lines, '', `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} wrong.`].join('\n')
}
