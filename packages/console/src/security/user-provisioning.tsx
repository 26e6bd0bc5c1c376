// Organization Settings > Security > User Provisioning: how accounts come to be, and the set-up of SCIM that lights up by itself.
import type { Provisioning } from '@rollcall/api'
import type { ReactNode } from 'react'
import { makeStale, useCall, useStream } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Answer, Page } from '../ui/page.tsx'
import { ApiKeys } from './provisioning/api-keys.tsx'
import { Checklist } from './provisioning/checklist.tsx'
import { EarlierPeople } from './provisioning/earlier-people.tsx'
import { FirstSync } from './provisioning/first-sync.tsx'
import { Guard } from './provisioning/guard.tsx'
import { GuardAlert } from './provisioning/guard-alert.tsx'
import { FoldedSetUp, Health, isRunning } from './provisioning/health.tsx'
import { Modes } from './provisioning/modes.tsx'
import { OAuthClients } from './provisioning/oauth-clients.tsx'
import { ScimSetUp } from './provisioning/scim-set-up.tsx'
import { StatusBadge } from './provisioning/status-badge.tsx'
import { SetUpRefusals } from './set-up-links/set-up-refusals.tsx'

const followed = [
  'getProvisioning',
  'previewProvisioning',
  'listOAuthClients',
  'listUnclaimed',
  'listActivity',
  'listSetUpRefusals',
] as const

/** How accounts come to be and end, with all that the directory needs for it. */
export function UserProvisioningScreen(): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const query = useCall('getProvisioning', { params })
  useStream(links.provisioningStream(slug), () => void makeStale(followed))
  return (
    <Page
      title={t('nav.provisioning')}
      about={t('provisioning.about')}
      badge={query.data === undefined ? undefined : <StatusBadge status={query.data.status} />}
    >
      <Answer query={query}>{(provisioning) => <Parts provisioning={provisioning} />}</Answer>
    </Page>
  )
}

function Parts({ provisioning }: { readonly provisioning: Provisioning }): ReactNode {
  const isScim = provisioning.mode === 'scim'
  const isSettled = isRunning(provisioning)
  return (
    <>
      {provisioning.alert !== null && <GuardAlert alert={provisioning.alert} />}
      {!isScim && <Checklist />}
      {!isScim && <Modes provisioning={provisioning} />}
      {isScim && (
        <>
          {isSettled ? <Health provisioning={provisioning} /> : <ScimSetUp provisioning={provisioning} />}
          <SetUpRefusals kind="scim" />
          {!isSettled && <FirstSync provisioning={provisioning} />}
          <ApiKeys keys={provisioning.keys} mode={provisioning.mode} />
          <OAuthClients />
          <Guard guard={provisioning.deprovisionGuard} key={JSON.stringify(provisioning.deprovisionGuard)} />
          <EarlierPeople
            provisioning={provisioning}
            key={`${provisioning.unclaimedDelete} ${provisioning.sameAddress} ${provisioning.isUnclaimedDeleteChosen}`}
          />
          {isSettled && <FirstSync provisioning={provisioning} />}
          {isSettled && <FoldedSetUp provisioning={provisioning} />}
          <Modes provisioning={provisioning} />
        </>
      )}
      {!isScim && provisioning.keys.length > 0 && (
        <ApiKeys keys={provisioning.keys} mode={provisioning.mode} />
      )}
    </>
  )
}
