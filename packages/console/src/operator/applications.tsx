// The operator's own applications that sign people in through OpenID Connect.
import { Button } from '@mantine/core'
import type { Application, CreatedApplication } from '@rollcall/api'
import { IconPlus } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useCall } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useWords } from '../i18n/language.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { OrganizationNames } from '../ui/organization-picker.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { Table } from '../ui/table.tsx'
import { useDialog } from '../ui/use-dialog.ts'
import { When } from '../ui/when.tsx'
import { CreateApplicationDialog } from './applications/application-form.tsx'

/** The applications that sign people in through OpenID Connect. */
export function ApplicationsScreen(): ReactNode {
  const { t } = useWords()
  const dialog = useDialog()
  const navigate = useNavigate()
  const [made, setMade] = useState<CreatedApplication>()
  const query = useCall('listApplications', {})
  const open = ({ id }: CreatedApplication): void => void navigate(links.application(id))
  const create = (
    <Button leftSection={<IconPlus size={18} />} onClick={dialog.open}>
      {t('applications.create')}
    </Button>
  )
  return (
    <Page title={t('nav.applications')} about={t('applications.about')} actions={create}>
      <Panel>
        <Answer query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('applications.none')}>{t('applications.noneHint')}</Empty>
            ) : (
              <ApplicationTable items={items} />
            )
          }
        </Answer>
      </Panel>
      {dialog.isOpen && made === undefined && (
        <CreateApplicationDialog
          close={dialog.close}
          made={(created) => (created.clientSecret === null ? open(created) : setMade(created))}
        />
      )}
      {made !== undefined && made.clientSecret !== null && (
        <ShownOnce
          title={t('applications.secretOnce')}
          hint={t('applications.secretHint')}
          label={t('applications.secret')}
          value={made.clientSecret}
          close={() => open(made)}
        >
          <CopyValue label={t('applications.clientId')} value={made.clientId} />
        </ShownOnce>
      )}
    </Page>
  )
}

function ApplicationTable({ items }: { readonly items: readonly Application[] }): ReactNode {
  const { t } = useWords()
  return (
    <Table
      label={t('nav.applications')}
      rows={items}
      columns={[
        {
          head: t('applications.name'),
          cell: ({ id, name }) => (
            <>
              <Link to={links.application(id)}>{name}</Link>
              <div className="rc-mono">{id}</div>
            </>
          ),
        },
        {
          head: t('applications.authentication'),
          cell: ({ authentication }) => t(`authentication.${authentication}`),
        },
        {
          head: t('webhooks.organizations'),
          cell: ({ organizations }) => <OrganizationNames slugs={organizations} />,
        },
        { head: t('keys.created'), cell: ({ createdAt }) => <When at={createdAt} isDay /> },
      ]}
    />
  )
}
