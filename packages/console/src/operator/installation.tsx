// Whether the installation is well: version, store, mail; and the keys that it signs ID tokens with.
import { Anchor } from '@mantine/core'
import type { ReactNode } from 'react'
import { useCall } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useWords } from '../i18n/language.tsx'
import { Badge } from '../ui/badge.tsx'
import { Note } from '../ui/note.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'
import { When } from '../ui/when.tsx'
import { SigningKeys } from './applications/signing-keys.tsx'
import { OperatorSessions } from './installation/operator-sessions.tsx'

/** Whether the installation is well. */
export function InstallationScreen(): ReactNode {
  const { t, number } = useWords()
  const query = useCall('getInstallation', {}, { refetchMs: 10_000 })
  return (
    <Page title={t('nav.installation')} about={t('installation.about')}>
      <Answer query={query}>
        {(found) => (
          <>
            {found.isDev && <Note tone="warn">{t('installation.dev')}</Note>}
            <Panel
              title={t('installation.health')}
              actions={<Badge tone="good">{t('installation.serves')}</Badge>}
            >
              <dl className="rc-dl">
                <dt>{t('installation.version')}</dt>
                <dd>{found.version}</dd>
                <dt>{t('installation.url')}</dt>
                <dd className="rc-mono">{found.url}</dd>
                <dt>{t('installation.store')}</dt>
                <dd>
                  {t(`store.${found.store}`)} · {t('installation.storeMs', { ms: number(found.storeMs) })}
                </dd>
                <dt>{t('installation.started')}</dt>
                <dd>
                  <When at={found.startedAt} />
                </dd>
                <dt>{t('installation.memory')}</dt>
                <dd>
                  {t('installation.megabytes', { size: number(Math.round(found.memoryBytes / 1_048_576)) })}
                </dd>
                <dt>Node.js</dt>
                <dd>{found.nodeVersion}</dd>
                <dt>{t('installation.mail')}</dt>
                <dd>{t(found.hasMail ? 'installation.mailOn' : 'installation.mailOff')}</dd>
              </dl>
            </Panel>
            <OperatorSessions />
            <SigningKeys />
            <Panel title={t('installation.more')}>
              <ul style={{ margin: 0, paddingInlineStart: '1.2rem' }}>
                <li>
                  <Anchor href={links.apiDocs()} underline="always">
                    {t('installation.api')}
                  </Anchor>
                </li>
                <li>
                  {t('installation.metrics')} <code className="rc-mono">/metrics</code>
                </li>
                <li>
                  {t('installation.probes')} <code className="rc-mono">/healthz</code> ·{' '}
                  <code className="rc-mono">/readyz</code>
                </li>
              </ul>
            </Panel>
          </>
        )}
      </Answer>
    </Page>
  )
}
