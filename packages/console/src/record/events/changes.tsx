// The data of an event as a difference: before and after of each attribute, and its other values. What is a structure is said a line for
// each of its values, of a change those alone that differ; what is long is folded.
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'

interface Change {
  readonly attribute: string
  readonly before: unknown
  readonly after: unknown
}

interface Line {
  readonly label: string
  readonly change?: readonly [string, string]
  readonly value?: string
  readonly secret?: 'set' | 'replaced' | 'removed'
}

const shownLines = 4
const longerThan = 160

/** The first lines of what an event changed, four unless said; the rest is folded. Of a secret only that it is another one. */
export function Changes(props: {
  readonly data: Readonly<Record<string, unknown>>
  /** What those are called whose ids are in it. */
  readonly names?: Readonly<Record<string, string>>
  readonly shown?: number
}): ReactNode {
  const { t } = useWords()
  const { names = {}, shown = shownLines } = props
  // The state after the event repeats what changed, and the resource of whoever was made.
  const { changes, state: _, ...rest } = props.data
  const listed = Array.isArray(changes) ? (changes as Change[]) : []
  const lines = [
    ...listed.flatMap((change) => toChangeLines(change, names)),
    ...Object.entries(rest).flatMap(([name, value]) =>
      listLeaves(value, name, names)
        .filter(([label, text]) => label === name || (text !== nothing && !label.endsWith('.schemas')))
        .map(([label, text]): Line => ({ label, value: text })),
    ),
  ]
  if (lines.length === 0) return <div style={{ fontSize: 14 }}>{t('audit.noChanges')}</div>
  return (
    <div style={{ fontSize: 14 }}>
      <Lines lines={lines.slice(0, shown)} />
      {lines.length > shown && (
        <details className="rc-more">
          <summary>{t('audit.more')}</summary>
          <Lines lines={lines.slice(shown)} />
        </details>
      )}
    </div>
  )
}

function Lines({ lines }: { readonly lines: readonly Line[] }): ReactNode {
  const { t } = useWords()
  return (
    <dl className="rc-diff">
      {lines.map(({ label, change, value, secret }) => (
        <div key={label}>
          <dt>
            <bdi>{label}</bdi>
          </dt>
          <dd>
            {secret !== undefined && t(`change.clientSecret.${secret}`)}
            {value !== undefined && <Text text={value} />}
            {change !== undefined && (
              <>
                <Text text={change[0]} />{' '}
                <span className="rc-arrow" aria-hidden="true">
                  →
                </span>{' '}
                <span className="rc-hidden">{t('audit.became')}</span> <Text text={change[1]} />
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Text({ text }: { readonly text: string }): ReactNode {
  if (text.length <= longerThan) return <bdi>{text}</bdi>
  return (
    <details className="rc-more rc-long">
      <summary>
        <bdi>{text.slice(0, 60)}…</bdi>
      </summary>
      <bdi>{text}</bdi>
    </details>
  )
}

function toChangeLines(change: Change, names: Readonly<Record<string, string>>): Line[] {
  const { attribute, before, after } = change
  // Of a secret only that it is another one.
  if (attribute === 'clientSecret') return [{ label: attribute, secret: toFate(change) }]
  const from = new Map(listLeaves(before, attribute, names))
  const to = new Map(listLeaves(after, attribute, names))
  const labels = [...new Set([...from.keys(), ...to.keys()])]
  // The whole is nothing beside its parts.
  const parts = labels.length > 1 ? labels.filter((label) => label !== attribute) : labels
  return parts
    .filter((label) => from.get(label) !== to.get(label) || parts.length === 1)
    .map((label) => ({ label, change: [from.get(label) ?? nothing, to.get(label) ?? nothing] }))
}

function toFate({ before, after }: Change): 'set' | 'replaced' | 'removed' {
  if (after === null) return 'removed'
  return before === null ? 'set' : 'replaced'
}

const nothing = '–'

/** Each value inside with the way to it. */
function listLeaves(
  value: unknown,
  label: string,
  names: Readonly<Record<string, string>>,
): (readonly [string, string])[] {
  if (value === null || value === undefined || value === '') return [[label, nothing]]
  if (Array.isArray(value)) {
    if (value.length === 0) return [[label, nothing]]
    if (value.every((one) => typeof one !== 'object' || one === null))
      return [[label, value.map((one) => toText(one, names)).join(', ')]]
    return value.flatMap((one, at) => listLeaves(one, `${label} ${at + 1}`, names))
  }
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([name, inner]) => listLeaves(inner, `${label}.${name}`, names))
  return [[label, toText(value, names)]]
}

function toText(value: unknown, names: Readonly<Record<string, string>>): string {
  return typeof value === 'string' ? (names[value] ?? value) : JSON.stringify(value)
}
