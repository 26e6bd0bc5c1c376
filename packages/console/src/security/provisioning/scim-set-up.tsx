// The room `console/security/provisioning`: parts of User Provisioning, from the two modes to keys and alerts. Each step lights up by what
// the service says.
//
// 1. `checklist` shows what must stand before the switch, `modes` previews and switches.
// 2. `scim-set-up` waits for the first request; `create-key` shows a key once; `api-keys` and `oauth-clients` list what there is.
// 3. `first-sync` says who was claimed, and ends the connecting phase.
// 4. `guard` and `guard-alert` speak when many people leave at once.
//
// The set-up of SCIM in three steps that light up as the identity provider's requests arrive.
import { Group, Select, Stack, Text } from '@mantine/core'
import type { Provisioning } from '@rollcall/api'
import { type ReactNode, useEffect, useState } from 'react'
import { useCall } from '../../base/api.ts'
import { links } from '../../base/links.ts'
import { ScreenLink } from '../../frame/screen-link.tsx'
import { useMayManagePeople, useOrganization } from '../../frame/session.tsx'
import { GuideView } from '../../guides/guide-view.tsx'
import { Explanation } from '../../i18n/explanation.tsx'
import { useWords } from '../../i18n/language.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { Note } from '../../ui/note.tsx'
import { Panel } from '../../ui/page.tsx'
import { Step } from '../../ui/step.tsx'
import { When } from '../../ui/when.tsx'
import { type Provider, providerNames, providers } from '../connections/providers.ts'
import { CreateKeyButton } from './create-key.tsx'

/** The three steps, with the guide of the identity provider that is chosen. */
export function ScimSetUp({ provisioning }: { readonly provisioning: Provisioning }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const connections = useCall('listConnections', { params })
  const inferred = connections.data?.items.find(({ isActive }) => isActive)?.identityProvider
  const [chosen, setChosen] = useState<Provider>()
  const provider = chosen ?? inferred ?? 'okta'
  return (
    <Panel
      title={t('scim.title')}
      about={t('scim.about')}
      actions={
        <Select
          aria-label={t('scim.provider')}
          data={providers.map((value) => ({
            value,
            label: value === 'generic' ? t('scim.other') : providerNames[value],
          }))}
          value={provider}
          onChange={(value) => setChosen((value ?? 'okta') as Provider)}
          w={250}
        />
      }
    >
      <Failing provisioning={provisioning} />
      <ConnectStep provisioning={provisioning} provider={provider} />
      <AssignStep provisioning={provisioning} />
      <ArriveStep provisioning={provisioning} />
      <Text size="sm" c="dimmed">
        {t('scim.lastRequest')} <When at={provisioning.lastRequestAt} none={t('never')} />
      </Text>
    </Panel>
  )
}

/** Where most of the newest requests are refused: that they are, why, and where to look. */
export function Failing({ provisioning }: StepProps): ReactNode {
  const { t } = useWords()
  const { slug } = useOrganization()
  const mayManagePeople = useMayManagePeople()
  if (provisioning.status !== 'failing') return null
  return (
    <Note tone="bad" title={t('scim.failing')} role="status">
      <Why provisioning={provisioning} />
      {mayManagePeople && (
        <Text size="sm">
          <ScreenLink isOnlyWay to={links.activity(slug)}>
            {t('scim.seeActivity')}
          </ScreenLink>
        </Text>
      )}
    </Note>
  )
}

const ofKeys: ReadonlySet<string> = new Set(['key_revoked', 'key_expired', 'key_missing', 'key_wrapped'])

// What the newest requests are refused for most often: of all of them, not of one.
function Why({ provisioning: { frequentRefusal } }: StepProps): ReactNode {
  const { t } = useWords()
  if (frequentRefusal === null) return null
  const { count, of, sentences } = frequentRefusal
  return (
    <>
      <Text size="sm">{t('scim.refusedMost', { count, of })}</Text>
      {sentences.length > 0 && (
        <Text size="sm" fw={600}>
          <Explanation of={{ sentences, explanation: '' }} />
        </Text>
      )}
      {sentences.some(({ code }) => ofKeys.has(code)) && <Text size="sm">{t('scim.newKey')}</Text>}
    </>
  )
}

interface StepProps {
  readonly provisioning: Provisioning
}

const patienceMs = 60_000

/** Whether a minute has passed since. */
function useIsLongSince(time: string | undefined): boolean {
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    if (time === undefined) return
    const left = new Date(time).getTime() + patienceMs - Date.now()
    setLong(left <= 0)
    const timer = setTimeout(() => setLong(true), Math.max(0, left))
    return () => clearTimeout(timer)
  }, [time])
  return isLong && time !== undefined
}

/** The identity provider reaches us: with which address and key. */
function ConnectStep({ provisioning, provider }: StepProps & { readonly provider: Provider }): ReactNode {
  const { t } = useWords()
  const { setup, keys, scimBaseUrl } = provisioning
  const hasKey = keys.some(({ isActive }) => isActive)
  const name = provider === 'generic' ? t('sso.yourProvider') : providerNames[provider]
  const isLong = useIsLongSince(keys.find(({ isActive }) => isActive)?.createdAt)
  return (
    <Step
      number={1}
      isNews
      title={t('scim.step1')}
      isDone={setup.connectedAt !== null}
      state={
        setup.connectedAt === null ? (
          hasKey ? (
            t('scim.waiting', { name })
          ) : (
            t('scim.noKey')
          )
        ) : (
          <>
            {t('scim.connected')} <When at={setup.connectedAt} />
          </>
        )
      }
    >
      <Stack gap="sm">
        {isLong && setup.connectedAt === null && (
          <Text size="sm" role="status">
            {t('scim.stillWaiting', { name })}
          </Text>
        )}
        <CopyValue label={t('scim.baseUrl')} value={scimBaseUrl} />
        <Group>
          <CreateKeyButton isMain={!hasKey} provider={provider} />
        </Group>
        <GuideView
          key={provider}
          kind="scim"
          provider={provider}
          values={{ scimBaseUrl, tokenUrl: scimBaseUrl.replace(/\/v2$/, '/oauth/token') }}
        />
      </Stack>
    </Step>
  )
}

/** Somebody was assigned there. */
function AssignStep({ provisioning: { setup } }: StepProps): ReactNode {
  const { t } = useWords()
  const { slug } = useOrganization()
  const mayManagePeople = useMayManagePeople()
  return (
    <Step
      number={2}
      isNews
      title={t('scim.step2')}
      isDone={setup.userAt !== null || setup.groupAt !== null}
      state={setup.userAt === null && setup.groupAt === null ? t('scim.step2Wait') : t('scim.step2Done')}
    >
      {mayManagePeople && (
        <Text size="sm">
          <ScreenLink isOnlyWay to={links.roleMapping(slug)}>
            {t('scim.toRoles')}
          </ScreenLink>
        </Text>
      )}
    </Step>
  )
}

/** The first person arrived here. */
function ArriveStep({ provisioning: { setup, counts } }: StepProps): ReactNode {
  const { t, n } = useWords()
  const { slug } = useOrganization()
  const mayManagePeople = useMayManagePeople()
  return (
    <Step
      number={3}
      isNews
      title={t('scim.step3')}
      isDone={setup.userAt !== null}
      state={
        setup.userAt === null ? (
          t('scim.step3Wait')
        ) : (
          <>
            {n('scim.users', counts.users)} · {n('scim.groups', counts.groups)} · {t('scim.firstUser')}{' '}
            <When at={setup.userAt} />
          </>
        )
      }
    >
      {mayManagePeople && (
        <Text size="sm">
          <ScreenLink isOnlyWay to={links.users(slug)}>
            {t('scim.toUsers')}
          </ScreenLink>{' '}
          <ScreenLink isOnlyWay to={links.activity(slug)}>
            {t('scim.seeActivity')}
          </ScreenLink>
        </Text>
      )}
    </Step>
  )
}
