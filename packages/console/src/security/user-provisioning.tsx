// Organization Settings > Security > User Provisioning: how accounts come to be, and the set-up of SCIM that lights up by itself.
import type { ReactNode } from 'react'
import { makeStale, useCall, useStream } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Answer, Page } from '../ui/page.tsx'
import { Parts } from './provisioning/parts.tsx'
import { StatusBadge } from './provisioning/status-badge.tsx'

const followed = [
  'getProvisioning',
  'previewProvisioning',
  'listOAuthClients',
  'listUnclaimed',
  'listActivity',
  'getStatistics',
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
