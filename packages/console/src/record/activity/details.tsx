// All that is known of one request or sign-in.
import { Stack, Text } from '@mantine/core'
import type { ActivityView } from '@rollcall/api'
import type { ReactNode } from 'react'
import { Explanation } from '../../i18n/explanation.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Fact, Facts } from '../../ui/facts.tsx'

/** What happened and why, the facts, and both bodies where they were kept. */
export function ActivityDetails({ row }: { readonly row: ActivityView }): ReactNode {
  const { t, time, number } = useWords()
  const facts: readonly (readonly [string, string | null])[] = [
    [t('activity.when'), time(row.occurredAt)],
    [t('activity.request'), `${row.method} ${row.path}`],
    [t('activity.status'), `${row.status} · ${number(Math.round(row.durationMs * 10) / 10)} ms`],
    [t('activity.code'), row.code],
    [t('activity.key'), row.keyId],
    [t('activity.ip'), row.ip],
    [t('activity.agent'), row.userAgent],
    [t('activity.requestId'), row.requestId],
  ]
  return (
    <Stack>
      <Text className="rc-break">
        <Explanation of={row} />
      </Text>
      <Facts>
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <Fact key={name} name={name}>
                <bdi>{value}</bdi>
              </Fact>
            ),
        )}
      </Facts>
      <Body title={t('activity.requestBody')} body={row.requestBody} />
      <Body title={t('activity.responseBody')} body={row.responseBody} />
      {row.requestBody === null && row.responseBody === null && (
        <Text size="sm" c="dimmed">
          {t('activity.noBodies')}
        </Text>
      )}
    </Stack>
  )
}

function Body(props: { readonly title: string; readonly body: string | null }): ReactNode {
  if (props.body === null) return null
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        {props.title}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <pre className="rc-pre" tabIndex={0}>
        {pretty(props.body)}
      </pre>
    </div>
  )
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
