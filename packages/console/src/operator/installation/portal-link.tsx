// A link into an organization's settings: for its administrator now, or for days as a set-up link.

import { Select, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { FormDialog } from '../../ui/form.tsx'
import { Note } from '../../ui/note.tsx'

/** Opens the dialog that makes a link into the settings of one organization. */
export function PortalLinkButton(props: { readonly slug: string; readonly name: string }): ReactNode {
  const { t } = useWords()
  return (
    <DialogButton label={t('portalLink.title')} ariaLabel={t('portalLink.for', { name: props.name })}>
      {(close) => <PortalLinkDialog {...props} close={close} />}
    </DialogButton>
  )
}

function PortalLinkDialog(props: {
  readonly slug: string
  readonly name: string
  readonly close: () => void
}): ReactNode {
  const { t, time } = useWords()
  const [role, setRole] = useState<'owner' | 'admin'>('owner')
  const [email, setEmail] = useState('')
  const { mutate, data, error, isPending } = useChange('createPortalLink', ['listPortalLinks'])
  return (
    <FormDialog
      title={t('portalLink.for', { name: props.name })}
      close={props.close}
      cancelAct={t('close')}
      submit={() =>
        mutate({ params: { slug: props.slug }, body: { role, ...(email === '' ? {} : { email }) } })
      }
      act={data === undefined ? t('portalLink.create') : undefined}
      isBusy={isPending}
      error={error}
    >
      {data === undefined ? (
        <>
          <p style={{ margin: 0 }}>{t('portalLink.about')}</p>
          <Select
            label={t('users.role')}
            data={[
              { value: 'owner', label: t('role.owner') },
              { value: 'admin', label: t('role.admin') },
            ]}
            value={role}
            onChange={(value) => setRole(value === 'admin' ? 'admin' : 'owner')}
          />
          <TextInput
            type="email"
            label={t('portalLink.email')}
            description={t('portalLink.emailHint')}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
        </>
      ) : (
        <>
          <CopyValue label={t('portalLink.title')} value={data.url} />
          <Note tone="info">{t('portalLink.until', { until: time(data.expiresAt) })}</Note>
        </>
      )}
    </FormDialog>
  )
}
