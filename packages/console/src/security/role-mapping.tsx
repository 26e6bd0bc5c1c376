// Ordered rules from groups to roles: the first that matches gives the role.

import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useCall } from '../base/api.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'
import { RulesForm } from './role-mapping/rules-form.tsx'

/** Which groups give which roles. */
export function RoleMappingScreen(): ReactNode {
  const { t } = useWords()
  const { params, defaultRole } = useOrganization()
  const query = useCall('getRoleMappings', { params })
  const waiting = useCall('getProvisioning', { params }, { refetchMs: 5_000 }).data?.rolesUnderWay ?? 0
  return (
    <Page title={t('nav.roles')} about={t('roles.about')}>
      <Panel title={t('roles.rules')} about={t('roles.order')}>
        <Answer query={query}>{(data) => <RulesForm key={JSON.stringify(data)} initial={data} />}</Answer>
      </Panel>
      {waiting > 0 && <Text role="status">{t('roles.underWay', { count: waiting })}</Text>}
      <Text c="dimmed">{t('roles.default', { role: t(`role.${defaultRole}`) })}</Text>
    </Page>
  )
}
