// The room `console/operator/organizations`: parts of the operator's first screen. How an organization fares is said by the service.
//
// The columns of the list of organizations.
import type { OrganizationSummary } from '@rollcall/api'
import { Link } from 'react-router'
import { links } from '../../base/links.ts'
import { useWords } from '../../i18n/language.tsx'
import { StatusBadge } from '../../security/provisioning/status-badge.tsx'
import type { Column } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { PortalLinkButton } from '../installation/portal-link.tsx'

/** What stands in the row of an organization. */
export function useOrganizationColumns(): readonly Column<OrganizationSummary>[] {
  const { t } = useWords()
  return [
    {
      head: t('organizations.name'),
      cell: ({ name, slug }) => (
        <>
          <Link to={links.settings(slug)}>{name}</Link>
          <div className="rc-mono">{slug}</div>
        </>
      ),
    },
    { head: t('organizations.mode'), cell: ({ provisioningMode }) => t(`mode.${provisioningMode}`) },
    { head: t('organizations.status'), cell: ({ health }) => <StatusBadge status={health.status} /> },
    {
      head: t('organizations.lastRequest'),
      cell: ({ health }) => <When at={health.lastRequestAt} none={t('never')} />,
    },
    {
      head: t('organizations.failures'),
      cell: ({ health }) =>
        health.judged === 0
          ? '–'
          : t('organizations.refusedOf', { refused: health.refused, judged: health.judged }),
    },
    {
      head: t('actions'),
      isActions: true,
      cell: ({ slug, name }) => <PortalLinkButton slug={slug} name={name} />,
    },
  ]
}
