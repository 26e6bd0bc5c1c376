// One act on many people: what it comes to is shown first, then it is done, and what became of each is said.
import { Button, Group, Progress, Select, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { UserChanges, UserChangesResult } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { callInSteps, makeStale, useCall } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { FormDialog } from '../../ui/form.tsx'
import { ManyOutcome } from './many-outcome.tsx'
import { staleUser } from './stale-user.ts'

/** Who is meant: by their ids, or everybody whom a list finds. */
export type Meant = Pick<UserChanges, 'userIds' | 'where'>

interface Steps {
  readonly done: number
  readonly total: number
}

const undoMs = 10_000
const stale = [...staleUser, 'changeUsers'] as const
const undoneBy = { deactivate: 'reactivate', reactivate: 'deactivate' } as const

/** Asks the service what would be done each time that the act is another one, and does it when that is confirmed. */
export function ManyDialog(props: {
  readonly act: UserChanges['act']
  readonly meant: Meant
  readonly close: () => void
  /** It is done, and nothing is left to be shown. */
  readonly done: () => void
}): ReactNode {
  const { t } = useWords()
  const { act } = props
  const [role, setRole] = useState<'member' | 'admin'>('member')
  const [note, setNote] = useState('')
  const many = useMany(props.meant, act === 'role' ? { act, role } : { act })
  const isOver = many.result?.isDryRun === false
  const run = async (): Promise<void> => {
    const result = await many.run(note.trim())
    if (result !== undefined && result.refused === 0) props.done()
  }
  return (
    <FormDialog
      title={t(`many.act.${act}`)}
      close={isOver ? props.done : props.close}
      submit={() => void run()}
      act={isOver ? undefined : t(`many.act.${act}`)}
      isDangerous={act === 'deactivate' || act === 'end_sessions'}
      isBusy={many.isBusy}
      isReady={!many.isBusy && (many.result?.done ?? 0) > 0}
      error={many.error}
      cancelAct={isOver ? t('close') : t('cancel')}
    >
      <Text>{t(`many.about.${act}`)}</Text>
      {act === 'role' && !isOver && (
        <Select
          label={t('users.role')}
          maw={280}
          value={role}
          data={(['member', 'admin'] as const).map((value) => ({ value, label: t(`role.${value}`) }))}
          allowDeselect={false}
          onChange={(value) => setRole(value === 'admin' ? 'admin' : 'member')}
        />
      )}
      {many.result !== undefined && <ManyOutcome result={many.result} />}
      {!isOver && (
        <TextInput
          label={t('many.note')}
          description={t('many.noteHint')}
          value={note}
          maxLength={200}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      )}
      {many.isBusy && <HowFar steps={many.steps} />}
    </FormDialog>
  )
}

function HowFar({ steps }: { readonly steps: Steps | undefined }): ReactNode {
  const { t } = useWords()
  const { done = 0, total = 0 } = steps ?? {}
  return (
    <Stack gap={4}>
      <Progress
        value={total === 0 ? 100 : (100 * done) / total}
        animated={total === 0}
        aria-label={t('many.working')}
      />
      <Text size="sm" c="dimmed" role="status">
        {total === 0 ? t('many.working') : t('many.progress', { done, total })}
      </Text>
    </Stack>
  )
}

type Wanted = Pick<UserChanges, 'act' | 'role'>

function useMany(meant: Meant, wanted: Wanted) {
  const { t, n } = useWords()
  const { params } = useOrganization()
  const asked = useCall('changeUsers', { params, body: { ...meant, ...wanted, dryRun: true } })
  const [came, setCame] = useState<UserChangesResult>()
  const [error, setError] = useState<unknown>(null)
  const [isRunning, setRunning] = useState(false)
  const [steps, setSteps] = useState<Steps>()
  const result = came ?? asked.data
  const send = (body: UserChanges) => callInSteps('changeUsers', { params, body }, setSteps)
  const undo = async (ids: readonly string[], act: UserChanges['act']): Promise<void> => {
    await send({ act, userIds: [...ids], dryRun: false }).catch(() => undefined)
    await makeStale(stale)
    notifications.show({ message: t('many.undone') })
  }
  const tell = (result: UserChangesResult): void => {
    const ids = idsDone(result)
    const act = wanted.act === 'deactivate' || wanted.act === 'reactivate' ? undoneBy[wanted.act] : undefined
    const id = crypto.randomUUID()
    const withdraw = (): void => {
      notifications.hide(id)
      if (act !== undefined) void undo(ids, act)
    }
    const said = n('many.finished', result.done)
    const message =
      act === undefined || ids.length === 0 ? said : <Undoable said={said} withdraw={withdraw} />
    notifications.show({ id, message, autoClose: undoMs })
  }
  const run = async (note: string): Promise<UserChangesResult | undefined> => {
    setRunning(true)
    setError(null)
    setSteps(undefined)
    try {
      // Exactly those of whom it was said.
      const userIds = [...idsDone(asked.data)]
      const done = await send({ ...wanted, userIds, dryRun: false, ...(note === '' ? {} : { note }) })
      setCame(done)
      await makeStale(stale)
      tell(done)
      return done
    } catch (caught) {
      setError(caught)
      return undefined
    } finally {
      setRunning(false)
    }
  }
  const isBusy = isRunning || (came === undefined && (asked.isPending || asked.isPlaceholderData))
  return { result, error: error ?? asked.error, isBusy: isBusy && asked.error === null, steps, run }
}

function idsDone(result: UserChangesResult | undefined): readonly string[] {
  return (result?.people ?? []).filter(({ outcome }) => outcome === 'done').map(({ id }) => id)
}

function Undoable(props: { readonly said: string; readonly withdraw: () => void }): ReactNode {
  const { t } = useWords()
  return (
    <Group justify="space-between" wrap="nowrap">
      {props.said}
      <Button size="compact-sm" variant="default" onClick={props.withdraw}>
        {t('many.undo')}
      </Button>
    </Group>
  )
}
