// Arabic: of mails.
import type { mails as english } from '../en/mails.ts'
import type { WordsLike } from '../words.ts'

/** In Arabic. */
export const mails: WordsLike<typeof english> = {
  'mail.setUp.subject': 'إعداد تسجيل الدخول الموحد وتزويد المستخدمين',
  'mail.setUp.text': `يُطلب منك إعداد تسجيل الدخول الموحد وتزويد المستخدمين للمؤسسة التي تسمي نفسها {organization}.

ابدأ هنا. يمكنك التوقف والعودة حتى {until}:
{url}

من لديه هذا الرابط يستطيع تغيير هذه الإعدادات حتى ذلك الحين. إن لم تكن تتوقع ذلك فلا تفعل شيئًا.
`,
  'mail.invitation.subject': 'لديك دعوة',
  'mail.invitation.text': `أنت مدعو إلى الانضمام إلى المؤسسة التي تسمي نفسها {organization}.

اقبل هنا حتى {until}:
{url}

إن لم تكن تتوقع ذلك فلا تفعل شيئًا.
`,
}
