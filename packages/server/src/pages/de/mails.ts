// German: of mails.
import type { mails as english } from '../en/mails.ts'
import type { WordsLike } from '../words.ts'

/** In German. */
export const mails: WordsLike<typeof english> = {
  'mail.setUp.subject': 'Single Sign-on und Benutzerbereitstellung einrichten',
  'mail.setUp.text': `Sie werden gebeten, Single Sign-on und Benutzerbereitstellung für die Organisation einzurichten, die sich {organization} nennt.

Beginnen Sie hier. Sie können unterbrechen und zurückkommen, bis {until}:
{url}

Wer diesen Link hat, kann diese Einstellungen bis dahin ändern. Falls Sie das nicht erwartet haben, tun Sie nichts.
`,
  'mail.invitation.subject': 'Sie haben eine Einladung',
  'mail.invitation.text': `Sie sind eingeladen, der Organisation beizutreten, die sich {organization} nennt.

Nehmen Sie hier an, bis {until}:
{url}

Falls Sie das nicht erwartet haben, tun Sie nichts.
`,
}
