// "Configure your application": a tab for each common library.
import { Tabs } from '@mantine/core'
import type { Application } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Panel } from '../../ui/page.tsx'
import { configure } from './configuration.ts'

/** The lines that configure each library, with the values of this application. */
export function ConfigurationTabs({ application }: { readonly application: Application }): ReactNode {
  const { t } = useWords()
  const configurations = configure(application)
  const about = {
    client_secret_basic: 'applications.configureHint',
    client_secret_post: 'applications.configureHint',
    private_key_jwt: 'applications.configureKeyHint',
    none: 'applications.configurePublicHint',
  } as const
  return (
    <Panel title={t('applications.configure')} about={t(about[application.authentication])}>
      <Tabs defaultValue="openid-client">
        <Tabs.List aria-label={t('applications.library')}>
          {configurations.map(({ id, library }) => (
            <Tabs.Tab key={id} value={id}>
              {library}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {configurations.map(({ id, library, code }) => (
          <Tabs.Panel key={id} value={id} pt="sm">
            <CodeBlock label={t('applications.configurationOf', { library })} code={code} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Panel>
  )
}
