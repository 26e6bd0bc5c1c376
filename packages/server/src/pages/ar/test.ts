// Arabic: the result of a test sign-in.
import type { test as english } from '../en/test.ts'
import type { WordsLike } from '../words.ts'

/** In Arabic. */
export const test: WordsLike<typeof english> = {
  'test.title': 'دخول تجريبي',
  'test.heading': 'نجح الدخول التجريبي',
  'test.staged': 'أُجري على مرساة الثقة المُعدّة. لم يُسجّل دخول أحد ولم يُربط أحد؛ والمرساة القائمة كما كانت.',
  'test.checks': 'الفحوص',
  'test.sent': 'ما أُرسل',
  'test.read': 'ما قُرئ منه',
  'test.may': 'يجوز للشخص تسجيل الدخول',
  'test.mayNot': 'يجوز للشخص تسجيل الدخول: انظر أعلاه',
  'test.nameId': 'NameID',
  'test.nameIdFormat': 'صيغة NameID',
  'test.notStated': 'غير مذكور',
  'test.stableId': 'المعرّف الثابت',
  'test.saml.signed': 'موقّع بشهادة من هذا الاتصال؛ ولا توقيع فيه يفشل',
  'test.saml.issued': 'أصدره موفر الهوية لهذا الاتصال',
  'test.saml.meant': 'موجّه إلى هذا الاتصال: Audience وRecipient وDestination',
  'test.saml.inTime': 'في وقته: ليس قبله ولا بعده، والجلسة كذلك',
  'test.saml.answers': 'يجيب عن الطلب الذي أرسلته هذه النافذة',
  'test.openid.signed': 'موقّع بمفتاح من مجموعة مفاتيح المُصدر',
  'test.openid.issued': 'أصدره مُصدر هذا الاتصال',
  'test.openid.meant': 'موجّه إلى هذا الاتصال: audience وauthorized party',
  'test.openid.inTime': 'في وقته: صدر للتو ولم ينته',
  'test.openid.answers': 'يجيب عن الطلب الذي أرسلته هذه النافذة: state وnonce وPKCE',
  'test.once': 'لم يُستعمل من قبل',
  'test.signsIn': 'لهذا الشخص حساب، وسيُسجّل دخوله.',
  'test.links': 'لهذا الشخص حساب؛ وسيربطه أول دخول بهذه الهوية.',
  'test.respells': 'لهذا الشخص حساب، ويُعرف بهذا الاسم بأحرف كبيرة وصغيرة أخرى، وسيُسجّل دخوله.',
  'test.creates': 'سينشئ أول دخول حسابًا لهذا الشخص.',
  'test.createsBlocked': 'سينشئ أول دخول حسابًا لهذا الشخص، ويكون محظورًا: فقد حظره مسؤول قبل أن يزيله الدليل.',
  'test.refusesUnnamed': 'سيُرفض هذا الشخص بسبب حسابه هنا: يُظهر السببَ دخول تجريبي يجريه مسؤول.',
  'test.refuses': 'سيُرفض هذا الشخص: {why}',
}
