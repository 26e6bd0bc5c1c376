// One application: its values, how its code is configured with them, and its secret's rotation.
import { Stack } from '@mantine/core'
import type { Application } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useParams } from 'react-router'
import { useCall, useChange } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useWords } from '../i18n/language.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { DialogButton } from '../ui/dialog-button.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'
import { RemovalPanel } from '../ui/removal.tsx'
import { ApplicationBrandPanel } from './applications/application-brand.tsx'
import { ApplicationFacts, RotateSecret } from './applications/application-facts.tsx'
import { EditApplicationDialog } from './applications/application-form.tsx'
import { ConfigurationTabs } from './applications/configuration-tabs.tsx'

/** The application that the address names. */
export function ApplicationScreen(): ReactNode {
  const { id = '' } = useParams()
  const query = useCall('getApplication', { params: { id } })
  return <Answer query={query}>{(application) => <ApplicationPage application={application} />}</Answer>
}

function ApplicationPage({ application }: { readonly application: Application }): ReactNode {
  const { t } = useWords()
  const remove = useChange('deleteApplication', ['listApplications', 'getOrganization'])
  const edit = (
    <DialogButton label={t('webhooks.edit')}>
      {(close) => <EditApplicationDialog application={application} close={close} />}
    </DialogButton>
  )
  return (
    <Page title={application.name} back={{ to: links.applications(), label: t('nav.applications') }}>
      <Panel title={t('applications.facts')} actions={edit}>
        <Stack>
          <CopyValue label={t('applications.issuer')} value={application.issuer} />
          <CopyValue label={t('applications.clientId')} value={application.clientId} />
          <ApplicationFacts application={application} />
          <RotateSecret application={application} />
        </Stack>
      </Panel>
      <ApplicationBrandPanel id={application.id} />
      <ConfigurationTabs application={application} />
      <RemovalPanel
        act={t('applications.delete')}
        about={t('applications.deleteHint')}
        title={t('applications.deleteTitle', { name: application.name })}
        body={t('applications.deleteBody')}
        typed={application.name}
        run={() => remove.mutateAsync({ params: { id: application.id } })}
        back={links.applications()}
      />
    </Page>
  )
}
