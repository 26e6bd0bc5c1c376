// Where the operator is signed in: each session with the name of its link, ended one by one or all at once; and a link for another.

import { Group } from '@mantine/core'
import type { OperatorSessionView } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { FormDialog } from '../../ui/form.tsx'
import { Listing } from '../../ui/listing.tsx'
import { NameField } from '../../ui/name-field.tsx'
import { Note } from '../../ui/note.tsx'
import { Empty, Panel } from '../../ui/page.tsx'
import type { Column } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'

const stale = ['listOperatorSessions'] as const

/** Every session of the operator, each of which can be ended. */
export function OperatorSessions(): ReactNode {
  const { t } = useWords()
  const query = useCall('listOperatorSessions', {})
  const columns = useColumns()
  const endAll = useChange('endOperatorSessions', [...stale, 'getSession'])
  return (
    <Panel
      title={t('operatorSessions.title')}
      about={t('operatorSessions.about')}
      actions={
        <Group gap="xs">
          <DialogButton label={t('operatorSessions.link')}>
            {(close) => <LinkDialog close={close} />}
          </DialogButton>
          <ConfirmButton
            label={t('operatorSessions.endAll')}
            title={t('operatorSessions.endAll')}
            body={t('operatorSessions.endAllBody')}
            act={t('operatorSessions.endAll')}
            isDangerous
            run={() => endAll.mutateAsync({})}
          />
        </Group>
      }
    >
      <Listing
        query={query}
        label={t('operatorSessions.title')}
        columns={columns}
        empty={<Empty title={t('operatorSessions.none')} />}
      />
    </Panel>
  )
}

function useColumns(): readonly Column<OperatorSessionView>[] {
  const { t } = useWords()
  const end = useChange('endOperatorSession', [...stale, 'getSession'])
  return [
    {
      head: t('operatorSessions.name'),
      cell: ({ name, isOwn }) => (
        <Group gap="xs">
          <span className="rc-break">{name ?? t('operatorSessions.unnamed')}</span>
          {isOwn && <Badge tone="info">{t('operatorSessions.own')}</Badge>}
        </Group>
      ),
    },
    {
      head: t('operatorSessions.from'),
      cell: ({ ip, userAgent }) => (
        <>
          <span className="rc-mono">{ip ?? '–'}</span>
          <div className="rc-break" style={{ fontSize: 13, color: 'var(--mantine-color-dimmed)' }}>
            {userAgent}
          </div>
        </>
      ),
    },
    { head: t('operatorSessions.since'), cell: ({ createdAt }) => <When at={createdAt} /> },
    { head: t('keys.used'), cell: ({ lastSeenAt }) => <When at={lastSeenAt} /> },
    {
      head: t('actions'),
      isActions: true,
      cell: ({ id, name }) => (
        <ConfirmButton
          label={t('operatorSessions.end')}
          ariaLabel={t('operatorSessions.endTitle', { name: name ?? id })}
          title={t('operatorSessions.endTitle', { name: name ?? id })}
          body={t('operatorSessions.endBody')}
          act={t('operatorSessions.end')}
          isDangerous
          run={() => end.mutateAsync({ params: { id } })}
        />
      ),
    },
  ]
}

function LinkDialog({ close }: { readonly close: () => void }): ReactNode {
  const { t, time } = useWords()
  const { mutate, data, error, isPending } = useChange('createOperatorLink', [])
  const [name, setName] = useState('')
  return (
    <FormDialog
      title={t('operatorSessions.link')}
      close={close}
      cancelAct={t('close')}
      submit={() => mutate({ body: { name: name.trim() } })}
      act={t('portalLink.create')}
      isReady={name.trim() !== ''}
      isBusy={isPending}
      error={error}
      news={
        data !== undefined && (
          <>
            <Note tone="good" role="status">
              {t('portalLink.until', { until: time(data.expiresAt) })}
            </Note>
            <CopyValue label={t('operatorSessions.link')} value={data.url} />
          </>
        )
      }
    >
      <Note tone="warn">{t('operatorSessions.linkAbout')}</Note>
      <NameField
        label={t('operatorSessions.linkName')}
        hint={t('operatorSessions.linkNameHint')}
        value={name}
        change={setName}
      />
    </FormDialog>
  )
}
