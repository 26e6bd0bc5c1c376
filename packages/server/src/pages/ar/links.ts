// Arabic: the pages where the secret of a link is redeemed.
import type { links as english } from '../en/links.ts'
import type { WordsLike } from '../words.ts'

/** In Arabic. */
export const links: WordsLike<typeof english> = {
  'link.needsSecret': 'يحتاج هذا العنوان إلى الرابط الذي أُعطيته.',
  'link.unreachable': 'تعذر الوصول إلى الخدمة. حاول مرة أخرى بعد قليل.',

  'link.gone': 'استُعمل هذا الرابط من قبل، أو انتهى، أو سُحب. اطلب رابطًا جديدًا.',
  'link.sessionExists': 'في هذا المتصفح جلسة أخرى ينهيها الرابط.',
  'link.ask': 'طلب رابط جديد',
  'portal.title': 'فتح الإعدادات',
  'portal.text': 'لا تفتح هذا الرابط إلا إن طلبته، أو توقعته ممن أرسله.',
  'portal.button': 'فتح الرابط',
  'portal.replace': 'إنهاء تلك الجلسة وفتح الرابط',

  'invitation.title': 'دعوة',
  'invitation.heading': 'أنت مدعو',
  'invitation.text': 'اقبل الدعوة ليُنشأ حساب لعنوانك.',
  'invitation.textFor': 'اقبل الدعوة ليُنشأ لعنوانك حساب لدى {product}.',
  'invitation.button': 'قبول الدعوة',
  'invitation.done': 'حسابك لدى {organization} جاهز.',

  'confirm.title': 'أكّد طريقة دخولك',
  'confirm.text': 'تسجّل الدخول أولًا. ثم ترى ما تغيّر ومن غيّره ومتى، قبل أن يحدث شيء.',
  'confirm.button': 'متابعة',

  'recoveryAddress.title': 'أكّد عنوان الاسترداد',
  'recoveryAddress.text': 'من يقرأ صندوق البريد هذا يستطيع استرداد حسابك. لا تؤكده إلا إن كان لك.',
  'recoveryAddress.button': 'إنه لي',
  'recoveryAddress.done': 'من الآن يُسترد حسابك بهذا العنوان.',
}
