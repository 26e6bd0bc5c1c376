// The options of a connection: its name, and how strictly SAML is taken.
import { Accordion, NumberInput, Switch, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Connection, ConnectionOptions } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Form } from '../../ui/form.tsx'
import { Panel } from '../../ui/page.tsx'
import { useRefusals } from './refusals.ts'
import { isStaged, staleConnection } from './staged.ts'

/** Folded: few need them. */
export function Options({ connection }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const change = useChange('updateConnection', staleConnection)
  const refusals = useRefusals(connection.id)
  const [name, setName] = useState(connection.name)
  const [options, setOptions] = useState(connection.options)
  const { stableIdAttribute: _, ...rest } = options
  const isSaml = connection.protocol === 'saml'
  return (
    <Panel>
      <Accordion variant="default" chevronPosition="right">
        <Accordion.Item value="options" bd={0}>
          <Accordion.Control>{t('sso.options')}</Accordion.Control>
          <Accordion.Panel>
            <Form
              width={560}
              submit={() =>
                change.mutate(
                  {
                    params: { ...params, id: connection.id },
                    body: { name, ...(isSaml ? { options: rest } : {}) },
                  },
                  {
                    onSuccess: (done) =>
                      notifications.show({ message: t(isStaged(done) ? 'anchor.stagedNow' : 'saved') }),
                  },
                )
              }
              act={t('save')}
              isBusy={change.isPending}
              reason={refusals.change}
              error={change.error}
            >
              <TextInput
                label={t('sso.name')}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                maxLength={200}
              />
              {isSaml && <SamlOptions options={options} change={setOptions} />}
            </Form>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Panel>
  )
}

const toggles = [
  'signRequests',
  'wantEncryptedAssertions',
  'allowAesCbc',
  'forceAuthn',
  'allowUnsolicited',
  'ignoreNameIdCase',
] as const

function SamlOptions(props: {
  readonly options: ConnectionOptions
  readonly change: (options: ConnectionOptions) => void
}): ReactNode {
  const { t } = useWords()
  const { options, change } = props
  return (
    <>
      {toggles.map((toggle) => (
        <Switch
          key={toggle}
          label={t(`option.${toggle}`)}
          description={t(`option.${toggle}Hint`)}
          checked={options[toggle]}
          onChange={(event) => change({ ...options, [toggle]: event.currentTarget.checked })}
        />
      ))}
      <TextInput
        label={t('option.nameIdFormat')}
        description={t('option.nameIdFormatHint')}
        dir="ltr"
        value={options.nameIdFormat ?? ''}
        onChange={(event) =>
          change({
            ...options,
            nameIdFormat: event.currentTarget.value === '' ? null : event.currentTarget.value,
          })
        }
      />
      <NumberInput
        label={t('option.clockSkew')}
        min={0}
        max={300}
        value={options.clockSkewSeconds}
        onChange={(value) => change({ ...options, clockSkewSeconds: Number(value) })}
      />
      <Text size="sm" c="dimmed">
        {t('option.stableId', { attribute: options.stableIdAttribute ?? 'NameID' })}
      </Text>
    </>
  )
}
