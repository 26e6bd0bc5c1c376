// The first step of a connection: which identity provider, and a name. The rest is on the connection's own screen, so that
// a set-up can be left and taken up again.
import { Button, Group, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useChange } from '../api.ts'
import { type Provider, providerNames, providers } from '../connections/providers.ts'
import { useWords } from '../i18n/language.tsx'
import { links } from '../links.ts'
import { useOrganization } from '../session.tsx'
import { Failure } from '../ui/note.tsx'
import { Page, Panel } from '../ui/page.tsx'

export function Screen(): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const navigate = useNavigate()
  const [provider, setProvider] = useState<Provider>('okta')
  const [name, setName] = useState<string>()
  const { mutateAsync, error, isPending } = useChange('createConnection', [
    'listConnections',
    'listEvents',
    'previewProvisioning',
  ])
  const shown = name ?? providerNames[provider]
  return (
    <Page title={t('sso.connect')} about={t('sso.connectHint')}>
      <Panel title={t('sso.which')}>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            mutateAsync({ params, body: { name: shown, identityProvider: provider } }).then(
              ({ id }) => navigate(links.connection(slug, id)),
              () => undefined,
            )
          }}
        >
          <Stack>
            <Radio.Group
              value={provider}
              onChange={(value) => setProvider(value as Provider)}
              aria-label={t('sso.which')}
            >
              <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="xs">
                {providers.map((one) => (
                  <Radio.Card key={one} value={one} p="sm" radius="md">
                    <Group wrap="nowrap" gap="sm">
                      <Radio.Indicator />
                      <span>{one === 'generic' ? t('sso.generic') : providerNames[one]}</span>
                    </Group>
                  </Radio.Card>
                ))}
              </SimpleGrid>
            </Radio.Group>
            <TextInput
              label={t('sso.name')}
              description={t('sso.nameHint')}
              value={shown}
              onChange={(event) => setName(event.currentTarget.value)}
              maxLength={40}
              maw={420}
            />
            <Failure error={error} />
            <Group>
              <Button type="submit" loading={isPending}>
                {t('sso.next')}
              </Button>
              <Button variant="default" component={Link} to={links.singleSignOn(slug)}>
                {t('cancel')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Panel>
    </Page>
  )
}
