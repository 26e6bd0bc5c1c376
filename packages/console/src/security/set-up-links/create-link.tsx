// The room `console/security/set-up-links`: parts of the screen of set-up links, and how far a set-up is. A link is shown
// once, to whoever makes it.
//
// `create-link` is the form, and `invite` what it asks and what came of it, which the operator's list uses as well.
// `columns` is the list of links: for whom, when it was mailed and opened, what is done about it.
// `set-up-steps` says what is done, what is left and who does it, to the contact first of all.
// Where no mail goes out, a link is shown with the text to send.
// `stale-links` names the answers that an act on a link makes old.
//
// The form that makes a link.
import type { ReactNode } from 'react'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Form } from '../../ui/form.tsx'
import { InviteResult, useInvite } from './invite.tsx'

/** Makes a link, mails it where an address is given, and shows it. */
export function CreateLinkForm(): ReactNode {
  const { t } = useWords()
  const { slug } = useOrganization()
  const { fields, submit, made, to, error, isBusy } = useInvite(slug)
  return (
    <Form
      submit={submit}
      act={t('setUpLinks.create')}
      isBusy={isBusy}
      error={error}
      after={made !== undefined && <InviteResult made={made} to={to} />}
    >
      {fields}
    </Form>
  )
}
