// Which identity provider is connected, and by which protocol.
import { Group, Radio, SimpleGrid } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { type Provider, protocolNames, providerName, providers } from './providers.ts'

/** The name of a protocol, as the API takes it. */
export type Protocol = keyof typeof protocolNames
const protocols = Object.keys(protocolNames) as Protocol[]

/** A card for each identity provider. */
export function ProviderChoice(props: {
  readonly protocol: Protocol
  readonly value: Provider
  readonly onChange: (provider: Provider) => void
}): ReactNode {
  const { t } = useWords()
  const { protocol, value, onChange } = props
  return (
    <Radio.Group
      value={value}
      onChange={(chosen) => onChange(chosen as Provider)}
      aria-label={t('sso.which')}
    >
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="xs">
        {providers.map((one) => (
          <Radio.Card key={one} value={one} p="sm" radius="md">
            <Group wrap="nowrap" gap="sm">
              <Radio.Indicator />
              <span>
                {one === 'generic'
                  ? t('sso.generic', { protocol: protocolNames[protocol] })
                  : providerName({ identityProvider: one, protocol })}
              </span>
            </Group>
          </Radio.Card>
        ))}
      </SimpleGrid>
    </Radio.Group>
  )
}

/** SAML or OpenID Connect. */
export function ProtocolChoice(props: {
  readonly value: Protocol
  readonly onChange: (protocol: Protocol) => void
}): ReactNode {
  const { t } = useWords()
  return (
    <Radio.Group
      value={props.value}
      onChange={(chosen) => props.onChange(chosen as Protocol)}
      label={t('sso.protocol')}
      description={t('sso.protocolHint')}
    >
      <Group mt="xs">
        {protocols.map((one) => (
          <Radio key={one} value={one} label={protocolNames[one]} />
        ))}
      </Group>
    </Radio.Group>
  )
}
