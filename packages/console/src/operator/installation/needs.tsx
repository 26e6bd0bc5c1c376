// The room `console/operator/installation`: what waits for the operator, and where the operator is signed in. Both stand on screens of the
// operator.
//
// What waits for an act of the operator: each with the organization, since when, and where to act.
import { Text } from '@mantine/core'
import type { OperatorNeed } from '@rollcall/api'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useCall } from '../../base/api.ts'
import { links } from '../../base/links.ts'
import { useWords } from '../../i18n/language.tsx'
import { Panel } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'

/** Nothing where nothing waits. */
export function NeedsYou(): ReactNode {
  const { t, n } = useWords()
  const { data } = useCall('listOperatorNeeds', {}, { refetchMs: 60_000 })
  const { items, more } = data ?? { items: [], more: 0 }
  if (items.length === 0) return null
  return (
    <Panel title={`${t('needs.title')} (${items.length + more})`} about={t('needs.about')}>
      <Table
        label={t('needs.title')}
        rows={items.map((need) => ({
          ...need,
          id: `${need.organization.id} ${need.kind} ${need.subjectId}`,
        }))}
        columns={[
          {
            head: t('nav.organizations'),
            cell: ({ organization }) => (
              <Link to={links.general(organization.slug)}>{organization.name}</Link>
            ),
          },
          { head: t('needs.what'), cell: (need) => <What need={need} /> },
          { head: t('needs.since'), cell: ({ since }) => <When at={since} /> },
          {
            head: t('needs.act'),
            cell: (need) => <Link to={toAct(need)}>{t(`needs.act.${need.kind}`)}</Link>,
          },
        ]}
      />
      {more > 0 && (
        <Text size="sm" c="dimmed">
          {n('needs.more', more)}
        </Text>
      )}
    </Panel>
  )
}

function What({ need }: { readonly need: OperatorNeed }): ReactNode {
  const { t } = useWords()
  const names = [need.detail.userName, need.detail.connection, need.detail.key, need.detail.domain]
    .filter(Boolean)
    .join(' · ')
  return (
    <>
      <Text size="sm">{t(`needs.${need.kind}`)}</Text>
      <Text size="sm" c="dimmed" className="rc-break">
        {names}
      </Text>
    </>
  )
}

function toAct({ kind, organization: { slug }, subjectId, detail }: OperatorNeed): string {
  switch (kind) {
    case 'privileged_refused':
    case 'role_withheld':
      return detail.connectionId === undefined
        ? links.singleSignOn(slug)
        : links.connection(slug, detail.connectionId)
    case 'staged':
      return links.connection(slug, subjectId)
    case 'owner_unlinked':
    case 'ownerless':
      return links.general(slug)
    case 'domain_lapsed':
    case 'domain_taken_over':
      return links.domains(slug)
    case 'provisional':
    case 'many_left':
      return links.provisioning(slug)
    case 'deactivation_refused':
    case 'administrator_unlinked':
      return links.user(slug, subjectId)
  }
}
