// What must stand before SCIM can be switched on, each with the way there; it ticks itself.
import type { ReactNode } from 'react'
import { useCall } from '../../base/api.ts'
import { links } from '../../base/links.ts'
import { useMayOpen, useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { CheckLine, CheckList } from '../../ui/check-line.tsx'
import { Answer, Panel } from '../../ui/page.tsx'

/** The three things, read again every five seconds. */
export function Checklist(): ReactNode {
  const { t } = useWords()
  const { params, slug, requireSso, isScimEnabled } = useOrganization()
  const mayOpen = useMayOpen()
  const wayTo = (to: string): string | undefined => (mayOpen(to) ? to : undefined)
  const connections = useCall('listConnections', { params }, { refetchMs: 5_000 })
  const domains = useCall('listDomains', { params }, { refetchMs: 5_000 })
  return (
    <Panel title={t('checklist.title')} about={t('checklist.about')}>
      <Answer query={connections}>
        {({ items }) => {
          const isReady = items.some(({ isActive, isSetupComplete }) => isActive && isSetupComplete)
          const hasDomain = domains.data?.items.some(({ verifiedAt }) => verifiedAt !== null) ?? false
          return (
            <CheckList>
              <CheckLine
                isDone={isScimEnabled}
                title={t('checklist.enabled')}
                hint={t(isScimEnabled ? 'checklist.enabledDone' : 'checklist.enabledHint')}
              />
              <CheckLine
                isDone={isReady}
                title={t('checklist.sso')}
                hint={t(
                  isReady ? 'checklist.ssoDone' : requireSso ? 'checklist.ssoHint' : 'checklist.ssoOptional',
                )}
                to={isReady ? undefined : wayTo(links.singleSignOn(slug))}
                toText={t('checklist.ssoGo')}
              />
              <CheckLine
                isDone={hasDomain}
                title={t('checklist.domain')}
                hint={t(hasDomain ? 'checklist.domainDone' : 'checklist.domainHint')}
                to={hasDomain ? undefined : wayTo(links.domains(slug))}
                toText={t('checklist.domainGo')}
              />
            </CheckList>
          )
        }}
      </Answer>
    </Panel>
  )
}
