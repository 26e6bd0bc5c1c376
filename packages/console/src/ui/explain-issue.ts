// Why a value was refused, in the reader's own words, of what a schema of the contract says.
import type { Translator } from '../i18n/language.tsx'

/** An issue of a schema; beside the standard's fields, those by which the contract's schemas say more. */
export interface Issue {
  readonly message: string
  readonly path?: readonly unknown[] | undefined
  readonly code?: string
  /** What has a bound: string, number, array and others. */
  readonly origin?: string
  readonly minimum?: unknown
  readonly maximum?: unknown
  readonly format?: string
  readonly expected?: string
  /** Of a check of the contract's own; `kind` says what the value is none of. */
  readonly params?: { readonly kind?: string } | undefined
}

/** The schema's own sentence where it has one that is not only about form. */
export function explainIssue({ t, n }: Pick<Translator, 't' | 'n'>, issue: Issue): string {
  const { code, origin, minimum, maximum, format, expected, params, message } = issue
  const isText = origin === 'string'
  if (code === 'invalid_type' && expected === 'int') return t('form.whole')
  if (code === 'invalid_type' || (code === 'too_small' && isText && minimum === 1)) return t('form.missing')
  if (code === 'too_small' && isText) return n('form.tooShort', Number(minimum))
  if (code === 'too_big' && isText) return n('form.tooLong', Number(maximum))
  if (code === 'too_small' && origin !== 'array') return t('form.atLeast', { minimum: String(minimum) })
  if (code === 'too_big' && origin !== 'array') return t('form.atMost', { maximum: String(maximum) })
  if (code === 'too_small') return t('form.missing')
  if (code === 'too_big') return n('form.tooMany', Number(maximum))
  if (params?.kind === 'origin') return t('form.origin')
  return code === 'invalid_format' && format === 'url' ? t('form.url') : message
}
