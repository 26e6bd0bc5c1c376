// Links for the customer's IT contact: single sign-on, domains and provisioning, for some days, resumable, revocable.

import { Group, NumberInput, TextInput } from '@mantine/core'
import type { PortalLink } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../base/api.ts'
import { useOrganization, useOwnersLinkRefusal } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Badge } from '../ui/badge.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { Form } from '../ui/form.tsx'
import { Note } from '../ui/note.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

const stale = ['listPortalLinks', 'listEvents'] as const

/** The links of an organization, and the form that makes one. */
export function SetUpLinksScreen(): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall('listPortalLinks', { params })
  const columns = useColumns()
  return (
    <Page title={t('nav.setUpLinks')} about={t('setUpLinks.about')}>
      <Panel title={t('setUpLinks.create')}>
        <CreateLinkForm />
      </Panel>
      <Panel>
        <Answer query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('setUpLinks.none')} />
            ) : (
              <Table label={t('nav.setUpLinks')} rows={items} columns={columns} />
            )
          }
        </Answer>
      </Panel>
    </Page>
  )
}

function CreateLinkForm(): ReactNode {
  const { t, time } = useWords()
  const { params } = useOrganization()
  const { mutate, data, error, isPending } = useChange('createPortalLink', stale)
  const [email, setEmail] = useState('')
  const [days, setDays] = useState<number | string>(7)
  const address = email.trim()
  return (
    <Form
      submit={() =>
        mutate({
          params,
          body: { role: 'admin', days: Number(days), ...(address === '' ? {} : { email: address }) },
        })
      }
      act={t('setUpLinks.create')}
      isBusy={isPending}
      error={error}
      after={
        data !== undefined && (
          <>
            <Note tone="good" role="status">
              {t('setUpLinks.made', { until: time(data.expiresAt) })}
            </Note>
            <CopyValue label={t('setUpLinks.link')} value={data.url} />
          </>
        )
      }
    >
      <Group align="flex-start">
        <TextInput
          type="email"
          label={t('setUpLinks.email')}
          description={t('setUpLinks.emailHint')}
          style={{ flex: '1 1 240px' }}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <NumberInput
          label={t('setUpLinks.days')}
          description={t('setUpLinks.daysHint')}
          min={1}
          max={30}
          w={170}
          value={days}
          onChange={setDays}
          allowDecimal={false}
        />
      </Group>
    </Form>
  )
}

const isOver = ({ expiresAt }: PortalLink): boolean => new Date(expiresAt).getTime() < Date.now()

function useColumns(): readonly Column<PortalLink>[] {
  const { t } = useWords()
  return [
    { head: t('setUpLinks.for'), cell: ({ email }) => email ?? '–' },
    {
      head: t('setUpLinks.kind'),
      cell: ({ kind, role }) =>
        kind === 'setup' ? t('setUpLinks.setup') : t('setUpLinks.portal', { role: t(`role.${role}`) }),
    },
    { head: t('users.state'), cell: (link) => <LinkState link={link} /> },
    {
      head: t('setUpLinks.maker'),
      cell: ({ createdBy: { name, rung } }) => (
        <span className="rc-break">
          {[name, rung === null ? null : t(`rung.${rung}`)].filter((one) => one !== null).join(' · ') || '–'}
        </span>
      ),
    },
    { head: t('setUpLinks.lastUsed'), cell: ({ usedAt }) => <When at={usedAt} none={t('never')} /> },
    { head: t('setUpLinks.until'), cell: ({ expiresAt }) => <When at={expiresAt} /> },
    { head: t('actions'), isActions: true, cell: (link) => <RevokeLink link={link} /> },
  ]
}

function LinkState({ link }: { readonly link: PortalLink }): ReactNode {
  const { t } = useWords()
  const { kind, revokedAt, endedReason, usedAt } = link
  if (revokedAt !== null) return <Badge tone="off">{t('keys.revoked')}</Badge>
  if (endedReason !== null) return <Badge tone="off">{t(`setUpLinks.ended.${endedReason}`)}</Badge>
  if (kind === 'portal' && usedAt !== null) return <Badge tone="off">{t('setUpLinks.used')}</Badge>
  if (isOver(link)) return <Badge tone="off">{t('keys.ended')}</Badge>
  return <Badge tone="good">{t('keys.active')}</Badge>
}

/** Nothing for a link that has ended already. */
function RevokeLink({ link }: { readonly link: PortalLink }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const revoke = useChange('revokePortalLink', stale)
  const ownersLink = useOwnersLinkRefusal()
  const { id, role, revokedAt, endedAt, email } = link
  if (revokedAt !== null || endedAt !== null || isOver(link)) return null
  return (
    <ConfirmButton
      label={t('keys.revoke')}
      ariaLabel={t('setUpLinks.revokeTitle', { email: email ?? id })}
      title={t('setUpLinks.revokeTitle', { email: email ?? id })}
      body={t('setUpLinks.revokeBody')}
      act={t('keys.revoke')}
      isDangerous
      reason={role === 'owner' ? ownersLink : undefined}
      run={() => revoke.mutateAsync({ params: { ...params, id } })}
    />
  )
}
