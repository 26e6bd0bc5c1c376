// One person: what is known, who manages it, every change with its cause, and what may be done.
import { Button, Group, Select, Stack, Text } from '@mantine/core'
import type { UserDetail } from '@rollcall/api'
import type { ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import { useCall, useChange } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization, useOwnerRefusal, useSession } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Timeline } from '../record/events/timeline.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { Failure, Note } from '../ui/note.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'
import { When } from '../ui/when.tsx'
import { SourceBadge, UserState } from './users/badges.tsx'
import { RecoveryAddress } from './users/recovery-address.tsx'
import { Sessions } from './users/sessions.tsx'

const stale = [
  'getUser',
  'listUserSessions',
  'listUsers',
  'listEvents',
  'getProvisioning',
  'getOrganization',
  'listActivity',
] as const

/** The person whom the address names. */
export function UserScreen(): ReactNode {
  const { id = '' } = useParams()
  const { params } = useOrganization()
  const query = useCall('getUser', { params: { ...params, id } })
  return <Answer query={query}>{(user) => <UserPage user={user} />}</Answer>
}

function UserPage({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { slug } = useOrganization()
  return (
    <Page
      title={user.displayName ?? user.userName}
      about={user.userName}
      badge={<UserState user={user} />}
      actions={<Acts user={user} />}
    >
      {user.blockedAt !== null && <Note tone="warn">{t('user.blockedHint')}</Note>}
      {user.blockedAt === null && !user.active && (
        <Note tone="info">{t(user.managedBy === 'scim' ? 'user.offByScim' : 'user.off')}</Note>
      )}
      {user.addressOnlyFound && <Note tone="warn">{t('user.addressOnlyFound')}</Note>}
      <Profile user={user} />
      <RolePanel user={user} />
      <Groups user={user} />
      <Identities user={user} />
      <Sessions user={user} />
      <RecoveryAddress user={user} />
      <Panel
        title={t('user.timeline')}
        about={<Link to={links.activity(slug, user.userName)}>{t('user.requests')}</Link>}
      >
        <Timeline subject={user.id} />
      </Panel>
    </Page>
  )
}

function Profile({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  return (
    <Panel
      title={t('user.profile')}
      about={t(user.managedBy === 'scim' ? 'user.managedByScim' : 'user.managedByUs')}
    >
      <dl className="rc-dl">
        <Row name={t('user.userName')} value={user.userName} />
        <Row name={t('user.email')} value={user.email} />
        <Row name={t('user.givenName')} value={user.givenName} />
        <Row name={t('user.familyName')} value={user.familyName} />
        <Row name={t('user.externalId')} value={user.externalId} />
        <Row name={t('user.id')} value={user.id} />
        <dt>{t('users.source')}</dt>
        <dd>
          <SourceBadge source={user.source} />
        </dd>
        <dt>{t('user.created')}</dt>
        <dd>
          <When at={user.createdAt} />
        </dd>
        <dt>{t('users.lastSignIn')}</dt>
        <dd>
          <When at={user.lastSignInAt} none={t('never')} />
        </dd>
        {user.deactivatedAt !== null && (
          <>
            <dt>{t('user.deactivatedAt')}</dt>
            <dd>
              <When at={user.deactivatedAt} />
            </dd>
          </>
        )}
      </dl>
    </Panel>
  )
}

function Groups({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { slug } = useOrganization()
  return (
    <Panel title={t('nav.groups')}>
      {user.groups.length === 0 ? (
        <Text c="dimmed">{t('user.noGroups')}</Text>
      ) : (
        <ul style={{ margin: 0, paddingInlineStart: '1.2rem' }}>
          {user.groups.map(({ id, displayName }) => (
            <li key={id}>
              <Link to={links.group(slug, id)}>{displayName}</Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Row(props: { readonly name: string; readonly value: string | null }): ReactNode {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>
        <bdi>{props.value ?? '–'}</bdi>
      </dd>
    </>
  )
}

function Acts({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const deactivate = useChange('deactivateUser', stale)
  const reactivate = useChange('reactivateUser', stale)
  const ownerRefusal = useOwnerRefusal(user.role)
  const isOwn = useSession().userId === user.id
  const at = { params: { ...params, id: user.id } }
  if (user.blockedAt === null && !user.active && user.managedBy === 'scim')
    return (
      <ConfirmButton
        size="sm"
        label={t('user.block')}
        title={t('user.blockTitle', { name: user.userName })}
        body={t('user.blockBody')}
        act={t('user.block')}
        reason={isOwn ? t('user.deactivateOwn') : ownerRefusal}
        isDangerous
        run={() => deactivate.mutateAsync(at)}
      />
    )
  if (user.blockedAt !== null || !user.active)
    return (
      <ConfirmButton
        size="sm"
        label={t('user.reactivate')}
        title={t('user.reactivateTitle', { name: user.userName })}
        body={t(ownerRefusal === undefined ? 'user.reactivateBody' : 'user.reactivateOwnerBody')}
        act={t('user.reactivate')}
        run={() => reactivate.mutateAsync(at)}
      />
    )
  return (
    <ConfirmButton
      size="sm"
      label={t('user.deactivate')}
      title={t('user.deactivateTitle', { name: user.userName })}
      body={t('user.deactivateBody')}
      act={t('user.deactivate')}
      reason={isOwn ? t('user.deactivateOwn') : ownerRefusal}
      isDangerous
      run={() => deactivate.mutateAsync(at)}
    />
  )
}

function RolePanel({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { mutate, error, isPending } = useChange('updateUser', stale)
  const refusal = useOwnerRefusal(user.role)
  const mayGiveOwnership = useOwnerRefusal('owner') === undefined
  const give = (role: UserDetail['role']) => mutate({ params: { ...params, id: user.id }, body: { role } })
  return (
    <Panel title={t('users.role')} about={t(`user.roleOrigin.${user.roleOrigin}`)}>
      <Stack gap="sm">
        <Select
          aria-label={t('users.role')}
          maw={280}
          value={user.role}
          description={refusal ?? (mayGiveOwnership ? undefined : t('users.ownershipBy'))}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          disabled={refusal !== undefined}
          data={(['owner', 'admin', 'member'] as const)
            .filter((value) => value !== 'owner' || mayGiveOwnership || user.role === 'owner')
            .map((value) => ({ value, label: t(`role.${value}`) }))}
          allowDeselect={false}
          onChange={(role) => give(role as UserDetail['role'])}
        />
        {user.roleOrigin !== 'hand' && refusal === undefined && (
          <Group gap="sm">
            <Button variant="default" size="xs" loading={isPending} onClick={() => give(user.role)}>
              {t('user.keepRole')}
            </Button>
            <Text size="sm" c="dimmed">
              {t('user.keepRoleHint')}
            </Text>
          </Group>
        )}
        <Failure error={error} />
      </Stack>
    </Panel>
  )
}

function Identities({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const unlink = useChange('unlinkUser', stale)
  const refusal = useOwnerRefusal(user.role)
  return (
    <Panel title={t('user.identities')} about={t('user.identitiesHint')}>
      {user.identities.length === 0 ? (
        <Text c="dimmed">{t('user.noIdentities')}</Text>
      ) : (
        <Stack>
          {user.identities.map((identity) => (
            <Group key={identity.connectionId} justify="space-between" align="flex-start">
              <div style={{ minWidth: 0, flex: '1 1 240px' }}>
                <div className="rc-mono">{identity.identityProvider}</div>
                <Text size="sm">
                  NameID <span className="rc-mono">{identity.nameId}</span>
                </Text>
                <Text size="sm" c="dimmed">
                  {t('user.linked')} <When at={identity.linkedAt} />
                </Text>
              </div>
              <ConfirmButton
                label={t('user.unlink')}
                title={t('user.unlinkTitle')}
                body={t('user.unlinkBody')}
                act={t('user.unlink')}
                isDangerous
                reason={refusal}
                run={() =>
                  unlink.mutateAsync({
                    params: { ...params, id: user.id },
                    body: { connectionId: identity.connectionId },
                  })
                }
              />
            </Group>
          ))}
        </Stack>
      )}
    </Panel>
  )
}
