// A remark that belongs to what stands around it, and the one form in which a refusal is shown.
import { Button, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { problemOf } from '../base/api.ts'
import { useWords } from '../i18n/language.tsx'
import { Refusal } from '../i18n/refusal.tsx'
import type { Tone } from './badge.tsx'

const icons = {
  good: IconCircleCheck,
  bad: IconAlertTriangle,
  warn: IconAlertTriangle,
  info: IconInfoCircle,
  off: IconInfoCircle,
}

/** A remark in the colour of its tone; `alert` and `status` are read out when it appears. */
export function Note(props: {
  readonly tone: Tone
  readonly title?: string
  readonly children?: ReactNode
  readonly role?: 'alert' | 'status'
}): ReactNode {
  const Icon = icons[props.tone]
  return (
    <div className={`rc-note rc-${props.tone}`} role={props.role}>
      <Icon size={20} aria-hidden="true" />
      <div>
        {props.title !== undefined && <Text fw={650}>{props.title}</Text>}
        {props.children}
      </div>
    </div>
  )
}

/** Nothing where there is no error. */
export function Failure(props: { readonly error: unknown; readonly retry?: () => void }): ReactNode {
  const { t } = useWords()
  if (props.error === null || props.error === undefined) return null
  const problem = problemOf(props.error)
  const reference = problem?.status === 500 ? problem.requestId : undefined
  return (
    <Note
      tone="bad"
      role="alert"
      title={t(
        problem === undefined
          ? 'failure.unreachable'
          : props.retry === undefined
            ? 'failure.refused'
            : 'failure.notLoaded',
      )}
    >
      <Text size="sm">
        {problem === undefined ? t('failure.unreachableHint') : <Refusal problem={problem} />}
      </Text>
      {reference !== undefined && <Text size="sm">{t('failure.reference', { reference })}</Text>}
      {props.retry !== undefined && (
        <Button size="xs" variant="default" mt="xs" onClick={props.retry}>
          {t('failure.retry')}
        </Button>
      )}
    </Note>
  )
}
