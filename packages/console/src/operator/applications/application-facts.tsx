// What is known of an application, and the rotation of its secret.
import type { Application } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { Fact, Facts } from '../../ui/facts.tsx'
import { OrganizationNames } from '../../ui/organization-picker.tsx'
import { RotateButton } from '../../ui/rotate-button.tsx'
import { When } from '../../ui/when.tsx'

/** How it proves itself, where it may send people, and whom it signs in. */
export function ApplicationFacts({ application }: { readonly application: Application }): ReactNode {
  const { t } = useWords()
  const addresses = [
    ['applications.redirectUris', application.redirectUris],
    ['applications.postLogoutUris', application.postLogoutRedirectUris],
    ['applications.backchannel', [application.backchannelLogoutUri]],
    ['applications.initiate', [application.initiateLoginUri]],
    ['applications.jwksUrl', [application.jwksUrl]],
  ] as const
  return (
    <Facts>
      <Fact name={t('applications.authentication')}>{t(`authentication.${application.authentication}`)}</Fact>
      {addresses.map(([word, found]) => {
        const lines = found.filter((line) => line !== null)
        return (
          lines.length > 0 && (
            <Fact key={word} name={t(word)} isMono>
              {lines.map((line) => (
                <div key={line}>{line}</div>
              ))}
            </Fact>
          )
        )
      })}
      <Fact name={t('webhooks.organizations')}>
        <OrganizationNames slugs={application.organizations} />
      </Fact>
      <Fact name={t('keys.created')}>
        <When at={application.createdAt} isDay />
      </Fact>
    </Facts>
  )
}

/** Makes a new secret; nothing where there is no secret. */
export function RotateSecret({ application }: { readonly application: Application }): ReactNode {
  const { t } = useWords()
  const rotate = useChange('rotateApplication', ['getApplication', 'listApplications'])
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
