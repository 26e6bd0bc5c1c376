// What must stand before SCIM can be switched on, each with the way there; it ticks itself.
import { Anchor } from '@mantine/core'
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useCall } from '../../base/api.ts'
import { links } from '../../base/links.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Answer, Panel } from '../../ui/page.tsx'

/** The three things, read again every five seconds. */
export function Checklist(): ReactNode {
  const { t } = useWords()
  const { params, slug, requireSso, scimEnabled } = useOrganization()
  const connections = useCall('listConnections', { params }, { refetchMs: 5_000 })
  const domains = useCall('listDomains', { params }, { refetchMs: 5_000 })
  return (
    <Panel title={t('checklist.title')} about={t('checklist.about')}>
      <Answer query={connections}>
        {({ items }) => {
          const isReady = items.some(({ active, isSetupComplete }) => active && isSetupComplete)
          const hasDomain = domains.data?.items.some(({ verifiedAt }) => verifiedAt !== null) ?? false
          return (
            <ul style={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: 10 }}>
              <Line
                isDone={scimEnabled}
                title={t('checklist.enabled')}
                hint={t(scimEnabled ? 'checklist.enabledDone' : 'checklist.enabledHint')}
              />
              <Line
                isDone={isReady}
                title={t('checklist.sso')}
                hint={t(
                  isReady ? 'checklist.ssoDone' : requireSso ? 'checklist.ssoHint' : 'checklist.ssoOptional',
                )}
                to={isReady ? undefined : links.singleSignOn(slug)}
                toText={t('checklist.ssoGo')}
              />
              <Line
                isDone={hasDomain}
                title={t('checklist.domain')}
                hint={t(hasDomain ? 'checklist.domainDone' : 'checklist.domainHint')}
                to={hasDomain ? undefined : links.domains(slug)}
                toText={t('checklist.domainGo')}
              />
            </ul>
          )
        }}
      </Answer>
    </Panel>
  )
}

function Line(props: {
  readonly isDone: boolean
  readonly title: string
  readonly hint: string
  readonly to?: string | undefined
  readonly toText?: string
}): ReactNode {
  const { t } = useWords()
  return (
    <li style={{ display: 'flex', gap: 10 }} data-done={props.isDone}>
      {props.isDone ? (
        <IconCircleCheckFilled
          size={22}
          style={{ color: 'var(--rc-good)', flex: 'none' }}
          aria-hidden="true"
        />
      ) : (
        <IconCircle
          size={22}
          style={{ color: 'var(--mantine-color-dimmed)', flex: 'none' }}
          aria-hidden="true"
        />
      )}
      <div>
        <b>{props.title}</b> <span className="rc-hidden">{t(props.isDone ? 'done' : 'checklist.open')}</span>
        <div style={{ color: 'var(--mantine-color-dimmed)', fontSize: 14 }}>{props.hint}</div>
        {props.to !== undefined && (
          <Anchor component={Link} to={props.to} size="sm" underline="always">
            {props.toText}
          </Anchor>
        )}
      </div>
    </li>
  )
}
