// Invites the IT contact of an organization from the list: an address, some days, and a mail or what to send.
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { InviteResult, useInvite } from '../../security/set-up-links/invite.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { FormDialog } from '../../ui/form.tsx'

/** Opens the dialog that invites. */
export function InviteContactButton(props: { readonly slug: string; readonly name: string }): ReactNode {
  const { t } = useWords()
  return (
    <DialogButton label={t('inviteContact.title')} ariaLabel={t('inviteContact.for', { name: props.name })}>
      {(close) => <InviteContactDialog {...props} close={close} />}
    </DialogButton>
  )
}

function InviteContactDialog(props: {
  readonly slug: string
  readonly name: string
  readonly close: () => void
}): ReactNode {
  const { t } = useWords()
  const { fields, submit, made, to, error, isBusy } = useInvite(props.slug)
  return (
    <FormDialog
      title={t('inviteContact.for', { name: props.name })}
      close={props.close}
      cancelAct={t('close')}
      submit={submit}
      act={made === undefined ? t('inviteContact.act') : undefined}
      isBusy={isBusy}
      error={error}
    >
      {made === undefined ? (
        <>
          <p style={{ margin: 0 }}>{t('setUpLinks.about')}</p>
          {fields}
        </>
      ) : (
        <InviteResult made={made} to={to} />
      )}
    </FormDialog>
  )
}
