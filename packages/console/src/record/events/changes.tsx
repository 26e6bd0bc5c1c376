// The data of an event: before and after of each attribute, or its few values; what is long is folded.
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'

interface Change {
  readonly attribute: string
  readonly before: unknown
  readonly after: unknown
}

const shownLines = 4

/** The first four lines of what an event changed; the rest is folded. Of a secret only that it is another one. */
export function Changes({ data }: { readonly data: Readonly<Record<string, unknown>> }): ReactNode {
  const { t } = useWords()
  const { changes, ...rest } = data
  const listed = Array.isArray(changes) ? (changes as Change[]) : []
  const lines = [
    ...listed.map((change) => <ChangeLine key={change.attribute} change={change} />),
    ...Object.entries(rest).map(([name, value]) => <ValueLine key={name} name={name} value={value} />),
  ]
  return (
    <div style={{ fontSize: 14 }}>
      {lines.slice(0, shownLines)}
      {lines.length > shownLines && (
        <details className="rc-more">
          <summary>{t('audit.more')}</summary>
          {lines.slice(shownLines)}
        </details>
      )}
    </div>
  )
}

function ChangeLine({ change }: { readonly change: Change }): ReactNode {
  const { t } = useWords()
  // Of a secret only that it is another one.
  if (change.attribute === 'clientSecret') return <div>{t(`change.clientSecret.${toFate(change)}`)}</div>
  return (
    <div>
      <b>{change.attribute}</b>: <bdi>{show(change.before)}</bdi>{' '}
      <span className="rc-arrow" aria-hidden="true">
        →
      </span>{' '}
      <span className="rc-hidden">{t('audit.became')}</span> <bdi>{show(change.after)}</bdi>
    </div>
  )
}

function toFate({ before, after }: Change): 'set' | 'replaced' | 'removed' {
  if (after === null) return 'removed'
  return before === null ? 'set' : 'replaced'
}

function ValueLine(props: { readonly name: string; readonly value: unknown }): ReactNode {
  const { name, value } = props
  if (typeof value === 'object' && value !== null)
    return (
      <details className="rc-more">
        <summary>{name}</summary>
        <pre className="rc-pre">{JSON.stringify(value, null, 2)}</pre>
      </details>
    )
  return (
    <div>
      <b>{name}</b>: <bdi>{show(value)}</bdi>
    </div>
  )
}

function show(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
