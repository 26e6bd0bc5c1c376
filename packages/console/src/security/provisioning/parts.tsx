// What stands on User Provisioning: the set-up while it goes on, and a tab for each part once it runs.
import type { Provisioning } from '@rollcall/api'
import type { ReactNode } from 'react'
import { SetUpRefusals } from '../set-up-links/set-up-refusals.tsx'
import { ApiKeys } from './api-keys.tsx'
import { Checklist } from './checklist.tsx'
import { EarlierPeople } from './earlier-people.tsx'
import { FirstSync } from './first-sync.tsx'
import { Guard } from './guard.tsx'
import { GuardAlert } from './guard-alert.tsx'
import { FoldedSetUp, Health, isRunning } from './health.tsx'
import { Modes } from './modes.tsx'
import { OAuthClients } from './oauth-clients.tsx'
import { PartTabs } from './part-tabs.tsx'
import { ScimSetUp } from './scim-set-up.tsx'

/** What is there of how accounts come to be, in the order in which it is needed. */
export function Parts({ provisioning }: { readonly provisioning: Provisioning }): ReactNode {
  const isScim = provisioning.mode === 'scim'
  const parts = {
    keys: (
      <>
        <ApiKeys keys={provisioning.keys} mode={provisioning.mode} />
        <OAuthClients />
      </>
    ),
    guard: (
      <>
        <Guard guard={provisioning.deprovisionGuard} key={JSON.stringify(provisioning.deprovisionGuard)} />
        <EarlierPeople
          provisioning={provisioning}
          key={`${provisioning.unclaimedDelete} ${provisioning.sameAddress} ${provisioning.isUnclaimedDeleteChosen}`}
        />
      </>
    ),
  }
  return (
    <>
      {provisioning.alert !== null && <GuardAlert alert={provisioning.alert} />}
      {!isScim && <Checklist />}
      {!isScim && <Modes provisioning={provisioning} />}
      {isScim && isRunning(provisioning) && (
        <PartTabs
          {...parts}
          health={
            <>
              <Health provisioning={provisioning} />
              <SetUpRefusals kind="scim" />
            </>
          }
          mode={
            <>
              <FirstSync provisioning={provisioning} />
              <FoldedSetUp provisioning={provisioning} />
              <Modes provisioning={provisioning} />
            </>
          }
        />
      )}
      {isScim && !isRunning(provisioning) && (
        <>
          <ScimSetUp provisioning={provisioning} />
          <SetUpRefusals kind="scim" />
          <FirstSync provisioning={provisioning} />
          {parts.keys}
          {parts.guard}
          <Modes provisioning={provisioning} />
        </>
      )}
      {!isScim && provisioning.keys.length > 0 && (
        <ApiKeys keys={provisioning.keys} mode={provisioning.mode} />
      )}
    </>
  )
}
