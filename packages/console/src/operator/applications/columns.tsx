// The columns of the list of applications.
import type { Application } from '@rollcall/api'
import { Link } from 'react-router'
import { links } from '../../base/links.ts'
import { useWords } from '../../i18n/language.tsx'
import { OrganizationNames } from '../../ui/organization-picker.tsx'
import type { Column } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'

/** What stands in the row of an application. */
export function useApplicationColumns(): readonly Column<Application>[] {
  const { t } = useWords()
  return [
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
  ]
}
