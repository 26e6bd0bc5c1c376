// Domains that the organization proves: whose addresses its identity provider may vouch for.

import { TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useCall, useChange } from '../base/api.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { useContractForm } from '../ui/contract-form.ts'
import { LineForm } from '../ui/form.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { DomainPanel } from './domains/domain-panel.tsx'
import { staleDomains } from './domains/stale-domains.ts'

const loadSchema = async () => (await import('@rollcall/api/schemas')).newDomainSchema

// An e-mail address, or an address of a page, says a domain as well.
function toDomain(text: string): string {
  const [name = ''] = text
    .trim()
    .replace(/^.*@/, '')
    .replace(/^https?:\/\//i, '')
    .split(/[/:?#]/)
  return name
}

/** The domains that an organization proved or is about to prove. */
export function VerifiedDomainsScreen(): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall('listDomains', { params })
  const { mutateAsync } = useChange('createDomain', staleDomains)
  const { form, error, isBusy, submit } = useContractForm(loadSchema, { name: '' })
  return (
    <Page title={t('nav.domains')} about={t('domains.about')}>
      <Panel title={t('domains.add')}>
        <LineForm
          submit={submit(async ({ name }) => {
            await mutateAsync({ params, body: { name: toDomain(name) } })
            form.reset()
          })}
          act={t('domains.add')}
          isBusy={isBusy}
          error={error}
        >
          <TextInput
            label={t('domains.name')}
            placeholder="acme.com"
            style={{ flex: '1 1 220px' }}
            {...form.getInputProps('name')}
          />
        </LineForm>
      </Panel>
      <Answer query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Panel>
              <Empty title={t('domains.none')}>{t('domains.noneHint')}</Empty>
            </Panel>
          ) : (
            items.map((domain) => <DomainPanel key={domain.id} domain={domain} />)
          )
        }
      </Answer>
    </Page>
  )
}
