// The first step of a connection: which identity provider, which protocol, and a name. The rest is on the connection's own screen, so that
// a set-up can be left and taken up again.

import { TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useNavigate } from 'react-router'
import { useChange } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Form } from '../ui/form.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { type Protocol, ProtocolChoice, ProviderChoice } from './connections/choices.tsx'
import { type Provider, providerName } from './connections/providers.ts'

/** Begins a connection: which identity provider, and by which protocol. */
export function NewConnectionScreen(): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const navigate = useNavigate()
  const [provider, setProvider] = useState<Provider>('okta')
  const [protocol, setProtocol] = useState<Protocol>('saml')
  const [name, setName] = useState<string>()
  const { mutateAsync, error, isPending } = useChange('createConnection', [
    'listConnections',
    'listEvents',
    'previewProvisioning',
  ])
  const shown = name ?? providerName({ identityProvider: provider, protocol })
  return (
    <Page title={t('sso.connect')} about={t('sso.connectHint')}>
      <Panel title={t('sso.which')}>
        <Form
          submit={() =>
            void mutateAsync({ params, body: { name: shown, identityProvider: provider, protocol } }).then(
              ({ id }) => navigate(links.connection(slug, id)),
              () => undefined,
            )
          }
          act={t('sso.next')}
          cancel={links.singleSignOn(slug)}
          isBusy={isPending}
          error={error}
        >
          <ProviderChoice protocol={protocol} value={provider} onChange={setProvider} />
          <ProtocolChoice value={protocol} onChange={setProtocol} />
          <TextInput
            label={t('sso.name')}
            description={t('sso.nameHint')}
            value={shown}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={200}
            maw={420}
          />
        </Form>
      </Panel>
    </Page>
  )
}
