// The set-up of an OpenID Connect connection in steps: our redirect URI goes there, client ID and secret come back.
import { Button, Group, Stack } from '@mantine/core'
import type { Connection } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { GuideView } from '../../guides/guide-view.tsx'
import { useWords } from '../../i18n/language.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { Note } from '../../ui/note.tsx'
import { Panel } from '../../ui/page.tsx'
import { Step } from '../../ui/step.tsx'
import { OidcForm } from './oidc-form.tsx'
import { providerName } from './providers.ts'
import { TestAndEnable } from './test-and-enable.tsx'

/** The four steps of a connection that speaks OpenID Connect. */
export function OidcSetUp({ connection }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  const { oidc, identityProvider, redirectUri, metadataError } = connection
  const [isReplacing, setReplacing] = useState(false)
  const logoutUri = (redirectUri ?? '').replace('/sso/callback/', '/sso/logout/')
  return (
    <Panel title={t('sso.setUp')}>
      <Step
        number={1}
        title={t('oidc.step1')}
        isDone={oidc !== null}
        state={t('oidc.step1Hint', {
          provider: identityProvider === 'generic' ? t('sso.yourProvider') : providerName(connection),
        })}
      >
        <Stack gap="sm" align="stretch">
          <CopyValue label={t('oidc.redirectUri')} value={redirectUri ?? ''} />
          <CopyValue label={t('oidc.logoutUri')} value={logoutUri} />
          <GuideView
            kind="oidc"
            provider={identityProvider}
            values={{ redirectUri: redirectUri ?? '', logoutUri }}
          />
        </Stack>
      </Step>
      <Step number={2} title={t('oidc.step2')} isDone={oidc !== null}>
        {oidc === null || isReplacing ? (
          <OidcForm
            connection={connection}
            kept={() => setReplacing(false)}
            cancel={isReplacing ? () => setReplacing(false) : undefined}
          />
        ) : (
          <Stack gap="sm">
            <Facts oidc={oidc} />
            {metadataError !== null && (
              <Note tone="warn">{t('sso.metadataFailed', { reason: metadataError })}</Note>
            )}
            <Group>
              <Button variant="default" size="xs" onClick={() => setReplacing(true)}>
                {t('oidc.replace')}
              </Button>
            </Group>
          </Stack>
        )}
      </Step>
      <TestAndEnable
        connection={connection}
        isReady={oidc !== null}
        wait={t('oidc.wait')}
        enableWait={t('oidc.wait')}
      />
    </Panel>
  )
}

function Facts({ oidc }: { readonly oidc: NonNullable<Connection['oidc']> }): ReactNode {
  const { t } = useWords()
  return (
    <dl className="rc-dl">
      <dt>{t('oidc.issuer')}</dt>
      <dd className="rc-mono">{oidc.issuer}</dd>
      <dt>{t('oidc.clientId')}</dt>
      <dd className="rc-mono">{oidc.clientId}</dd>
      <dt>{t('oidc.clientSecret')}</dt>
      <dd>{t(oidc.hasClientSecret ? 'oidc.hasSecret' : 'oidc.noSecret')}</dd>
      <dt>{t('oidc.scopes')}</dt>
      <dd className="rc-mono">{oidc.scopes.join(' ')}</dd>
    </dl>
  )
}
