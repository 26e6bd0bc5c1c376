// One application: its values, how its code is configured with them, and its secret's rotation.
import { Button, Stack } from '@mantine/core'
import type { Application } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useCall, useChange } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useWords } from '../i18n/language.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { OrganizationNames } from '../ui/organization-picker.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'
import { RotateButton } from '../ui/rotate-button.tsx'
import { useDialog } from '../ui/use-dialog.ts'
import { When } from '../ui/when.tsx'
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
  const navigate = useNavigate()
  const remove = useChange('deleteApplication', ['listApplications', 'getOrganization'])
  return (
    <Page title={application.name}>
      <Panel title={t('applications.facts')} actions={<EditButton application={application} />}>
        <Stack>
          <CopyValue label={t('applications.issuer')} value={application.issuer} />
          <CopyValue label={t('applications.clientId')} value={application.clientId} />
          <Facts application={application} />
          <RotateSecret application={application} />
        </Stack>
      </Panel>
      <ConfigurationTabs application={application} />
      <Panel title={t('applications.delete')} about={t('applications.deleteHint')}>
        <ConfirmButton
          label={t('applications.delete')}
          title={t('applications.deleteTitle', { name: application.name })}
          body={t('applications.deleteBody')}
          act={t('applications.delete')}
          typed={application.name}
          isDangerous
          size="sm"
          run={async () => {
            await remove.mutateAsync({ params: { id: application.id } })
            await navigate(links.applications())
          }}
        />
      </Panel>
    </Page>
  )
}

function EditButton({ application }: { readonly application: Application }): ReactNode {
  const { t } = useWords()
  const dialog = useDialog()
  return (
    <>
      <Button size="xs" variant="default" onClick={dialog.open}>
        {t('webhooks.edit')}
      </Button>
      {dialog.isOpen && <EditApplicationDialog application={application} close={dialog.close} />}
    </>
  )
}

function Facts({ application }: { readonly application: Application }): ReactNode {
  const { t } = useWords()
  const addresses = [
    ['applications.redirectUris', application.redirectUris],
    ['applications.postLogoutUris', application.postLogoutRedirectUris],
    ['applications.backchannel', [application.backchannelLogoutUri]],
    ['applications.initiate', [application.initiateLoginUri]],
    ['applications.jwksUrl', [application.jwksUrl]],
  ] as const
  return (
    <dl className="rc-dl">
      <dt>{t('applications.authentication')}</dt>
      <dd>{t(`authentication.${application.authentication}`)}</dd>
      {addresses.map(([word, found]) => {
        const lines = found.filter((line) => line !== null)
        return (
          lines.length > 0 && (
            <div key={word} style={{ display: 'contents' }}>
              <dt>{t(word)}</dt>
              <dd className="rc-mono">
                {lines.map((line) => (
                  <div key={line}>{line}</div>
                ))}
              </dd>
            </div>
          )
        )
      })}
      <dt>{t('webhooks.organizations')}</dt>
      <dd>
        <OrganizationNames slugs={application.organizations} />
      </dd>
      <dt>{t('keys.created')}</dt>
      <dd>
        <When at={application.createdAt} isDay />
      </dd>
    </dl>
  )
}

/** Nothing where there is no secret. */
function RotateSecret({ application }: { readonly application: Application }): ReactNode {
  const { t } = useWords()
  const rotate = useChange('rotateApplicationSecret', ['getApplication', 'listApplications'])
  if (!application.authentication.startsWith('client_secret')) return null
  return (
    <div>
      <RotateButton
        title={t('applications.rotateTitle')}
        label={t('applications.rotateTitle')}
        body={t('applications.rotateBody')}
        once={{
          title: t('applications.secretOnce'),
          hint: t('applications.secretHint'),
          label: t('applications.secret'),
        }}
        run={async (overlapSeconds) => {
          const made = await rotate.mutateAsync({ params: { id: application.id }, body: { overlapSeconds } })
          return made.clientSecret
        }}
      />
    </div>
  )
}
