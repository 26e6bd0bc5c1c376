// The room `console/ui`: parts that know no noun of ours, such as a table, a dialog or a step. Each works by keyboard, in both directions
// and both schemes.
//
// `page.tsx` frames a screen, `listing.tsx` and `table.tsx` a list, `step.tsx` a step of a set-up.
// `form.tsx` is the shell of every form; `contract-form.ts` checks one by the schemas of the contract; `dialog.tsx` frames a dialog.
// `confirm.tsx` asks before something that is hard to take back; `shown-once.tsx` shows a secret the one time it can be read.
// `note.tsx` is the one form of a remark and of a refusal. A word that a part shows is given to it, or is a key of `i18n/`.
// What a part looks like is decided here and in `frame/theme.tsx`, once for all screens.
//
// The frame of a screen and of its parts.
import { Group, Loader, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect, useId } from 'react'
import { Link } from 'react-router'
import { nameWindow } from '../base/brand.ts'
import { useWords } from '../i18n/language.tsx'
import { Failure } from './note.tsx'

/** A screen with its title, which is that of the window too. */
export function Page(props: {
  readonly title: string
  readonly about?: ReactNode
  readonly badge?: ReactNode
  readonly actions?: ReactNode
  /** Of one thing: the list that it is in. */
  readonly back?: { readonly to: string; readonly label: string }
  readonly children: ReactNode
}): ReactNode {
  useEffect(() => {
    nameWindow(props.title)
  }, [props.title])
  return (
    <Stack gap="lg" maw={1080} mx="auto">
      {props.back !== undefined && (
        <Text size="sm" mb={-8}>
          <Link to={props.back.to}>
            <span className="rc-arrow" aria-hidden="true">
              ←
            </span>{' '}
            {props.back.label}
          </Link>
        </Text>
      )}
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0, flex: '1 1 260px' }}>
          <Group gap="sm">
            <Title order={1} size="h2" className="rc-break">
              <bdi>{props.title}</bdi>
            </Title>
            {props.badge}
          </Group>
          {props.about !== undefined && (
            <Text c="dimmed" mt={4} maw={720} className="rc-break" component="div">
              {typeof props.about === 'string' ? <bdi>{props.about}</bdi> : props.about}
            </Text>
          )}
        </div>
        {props.actions}
      </Group>
      {props.children}
    </Stack>
  )
}

/** A part of a screen, which is a region by its title. */
export function Panel(props: {
  readonly title?: ReactNode
  readonly about?: ReactNode
  readonly actions?: ReactNode
  readonly children?: ReactNode
}): ReactNode {
  const id = useId()
  return (
    <section className="rc-panel" aria-labelledby={props.title === undefined ? undefined : id}>
      {(props.title !== undefined || props.actions !== undefined) && (
        <Group justify="space-between" align="flex-start" mb="sm" gap="sm">
          <div style={{ minWidth: 0, flex: '1 1 220px' }}>
            <Title order={2} size="h4" id={id} className="rc-break">
              {props.title}
            </Title>
            {props.about !== undefined && (
              <Text c="dimmed" size="sm" mt={2} component="div">
                {props.about}
              </Text>
            )}
          </div>
          {props.actions}
        </Group>
      )}
      {props.children}
    </section>
  )
}

/** That something is on its way. */
export function Loading(): ReactNode {
  const { t } = useWords()
  return (
    <Group justify="center" p="xl" role="status">
      <Loader size="sm" aria-hidden="true" />
      <Text c="dimmed">{t('loading')}</Text>
    </Group>
  )
}

/** What a query answered; until then that it loads, or why it did not. */
export function Answer<T>(props: {
  readonly query: {
    readonly data: T | undefined
    readonly error: unknown
    readonly refetch: () => unknown
  }
  readonly children: (data: T) => ReactNode
}): ReactNode {
  const { data, error, refetch } = props.query
  if (data !== undefined) return props.children(data)
  return error === null ? <Loading /> : <Failure error={error} retry={() => void refetch()} />
}

/** That there is nothing, and what to do about it. */
export function Empty(props: {
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}): ReactNode {
  return (
    <Stack align="center" gap={6} py="xl" ta="center">
      <Text fw={650}>{props.title}</Text>
      {props.children !== undefined && (
        <Text c="dimmed" maw={480} component="div">
          {props.children}
        </Text>
      )}
      {props.action !== undefined && <div style={{ marginTop: 8 }}>{props.action}</div>}
    </Stack>
  )
}
