// The operator's own applications that sign people in through OpenID Connect.
import type { CreatedApplication } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useNavigate } from 'react-router'
import { useCall } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useWords } from '../i18n/language.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { CreateButton } from '../ui/dialog-button.tsx'
import { Listing } from '../ui/listing.tsx'
import { Empty, Page, Panel } from '../ui/page.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { useDialog } from '../ui/use-dialog.ts'
import { CreateApplicationDialog } from './applications/application-form.tsx'
import { useApplicationColumns } from './applications/columns.tsx'

/** The applications that sign people in through OpenID Connect. */
export function ApplicationsScreen(): ReactNode {
  const { t } = useWords()
  const dialog = useDialog()
  const navigate = useNavigate()
  const [made, setMade] = useState<CreatedApplication>()
  const query = useCall('listApplications', {})
  const open = ({ id }: CreatedApplication): void => void navigate(links.application(id))
  const columns = useApplicationColumns()
  return (
    <Page
      title={t('nav.applications')}
      about={t('applications.about')}
      actions={<CreateButton label={t('applications.create')} open={dialog.open} />}
    >
      <Panel>
        <Listing
          query={query}
          label={t('nav.applications')}
          columns={columns}
          empty={<Empty title={t('applications.none')}>{t('applications.noneHint')}</Empty>}
        />
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
