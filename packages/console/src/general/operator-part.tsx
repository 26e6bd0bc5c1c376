// What only the operator changes of an organization.
import { NumberInput, Switch } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useChange } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Form } from '../ui/form.tsx'
import { Panel } from '../ui/page.tsx'
import { RemovalPanel } from '../ui/removal.tsx'
import { useSave } from './save.ts'

/** What was sold, and the removal. */
export function OperatorPart(): ReactNode {
  const { t } = useWords()
  const organization = useOrganization()
  const [isScimEnabled, setScim] = useState(organization.isScimEnabled)
  const [requireSso, setSso] = useState(organization.requireSso)
  const [seatLimit, setSeats] = useState<number | string>(organization.seatLimit ?? '')
  const { save, error, isBusy } = useSave()
  const { mutateAsync: remove } = useChange('deleteOrganization', ['listOrganizations'])
  return (
    <>
      <Panel title={t('general.operator')} about={t('general.operatorHint')}>
        <Form
          width={560}
          submit={() =>
            save({ isScimEnabled, requireSso, seatLimit: typeof seatLimit === 'number' ? seatLimit : null })
          }
          act={t('save')}
          isBusy={isBusy}
          error={error}
        >
          <Switch
            label={t('general.scimEnabled')}
            checked={isScimEnabled}
            onChange={(event) => setScim(event.currentTarget.checked)}
          />
          <Switch
            label={t('general.requireSso')}
            checked={requireSso}
            onChange={(event) => setSso(event.currentTarget.checked)}
          />
          <NumberInput
            label={t('general.seatLimit')}
            description={t('general.seatLimitHint')}
            min={1}
            value={seatLimit}
            onChange={setSeats}
            allowDecimal={false}
          />
        </Form>
      </Panel>
      <RemovalPanel
        act={t('general.delete')}
        about={t('general.deleteHint')}
        title={t('general.deleteTitle', { name: organization.name })}
        body={t('general.deleteBody')}
        typed={organization.slug}
        run={() => remove({ params: organization.params, body: { confirm: organization.slug } })}
        back={links.organizations()}
      />
    </>
  )
}
