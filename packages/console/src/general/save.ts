// How a form of an organization's own page is kept.
import { notifications } from '@mantine/notifications'
import type { OrganizationChange } from '@rollcall/api'
import { useChange } from '../base/api.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'

/** Keeps a change of the organization, and says that it is kept. */
export function useSave() {
  const { t } = useWords()
  const { params } = useOrganization()
  const change = useChange('updateOrganization', [
    'getOrganization',
    'listOrganizations',
    'listEvents',
    'getProvisioning',
    'previewProvisioning',
  ])
  const save = (body: OrganizationChange): void =>
    change.mutate({ params, body }, { onSuccess: () => notifications.show({ message: t('saved') }) })
  return { save, error: change.error, isBusy: change.isPending }
}
