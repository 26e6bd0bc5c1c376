// The data of an event: before and after of each attribute, or its few values.
import { Code, Spoiler } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/language.tsx'

interface Change {
  readonly attribute: string
  readonly before: unknown
  readonly after: unknown
}

export function Changes({ data }: { readonly data: Readonly<Record<string, unknown>> }): ReactNode {
  const { t } = useWords()
  const { changes, ...rest } = data
  const listed = Array.isArray(changes) ? (changes as Change[]) : []
  return (
    <Spoiler maxHeight={90} showLabel={t('audit.more')} hideLabel={t('audit.less')} transitionDuration={0}>
      {listed.map(({ attribute, before, after }) => (
        <div key={attribute} style={{ fontSize: 14 }}>
          <b>{attribute}</b>: <bdi>{show(before)}</bdi> <span aria-hidden="true">→</span>{' '}
          <span className="rc-hidden">{t('audit.became')}</span> <bdi>{show(after)}</bdi>
        </div>
      ))}
      {Object.entries(rest).map(([name, value]) =>
        typeof value === 'object' && value !== null ? (
          <Code
            key={name}
            block
            fz="xs"
            dir="ltr"
            style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
          >
            {JSON.stringify(value, null, 2)}
          </Code>
        ) : (
          <div key={name} style={{ fontSize: 14 }}>
            <b>{name}</b>: <bdi>{show(value)}</bdi>
          </div>
        ),
      )}
    </Spoiler>
  )
}

function show(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
