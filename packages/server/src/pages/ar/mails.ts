// Arabic: of mails.
import type { mails as english } from '../en/mails.ts'
import type { WordsLike } from '../words.ts'

/** In Arabic. */
export const mails: WordsLike<typeof english> = {
  'mail.about': 'يتعلق هذا بالمؤسسة {organization}:\n{url}',
  'mail.item': '- {text}',
  'mail.asWritten': '{text}',
  'mail.between': '، ',

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

  'mail.confirm.subject': 'رابط لتأكيد طريقة دخولك',
  'mail.confirm.text': `طُلب رابط يؤكد به مالك أو مسؤول كيف تُدخل المؤسسة التي تسمي نفسها {organization} الناس، أو يصلح ذلك.

يعمل مرة واحدة، خلال 30 دقيقة. ويُظهر ما تغيّر أو ما سيتغير قبل أن يحدث شيء:
{url}

إن لم تطلبه فلا تفعل شيئًا: لا يتغير شيء من دون هذا الرابط.
`,
  'mail.recovery.subject': 'أكّد عنوان الاسترداد الخاص بك',
  'mail.recovery.text': `شخص مسجّل الدخول في المؤسسة التي تسمي نفسها {organization} يريد أن يُسترد بهذا العنوان.

أكّده خلال ساعة:
{url}

إن لم تكن أنت فلا تفعل شيئًا.
`,
  'mail.recoveryChanged.subject': 'تغيّر عنوان الاسترداد الخاص بك',
  'mail.recoveryChanged.text': `غيّر {actor} العنوان الذي تُسترد به في المؤسسة التي تسمي نفسها {organization}. يُخبَر هذا العنوان للمرة الأخيرة.

إن لم تكن أنت فأخبر مالكًا للمؤسسة أو مشغّل الخدمة.
`,
  'mail.recoveryChanged.operator': 'مشغّل الخدمة',
  'mail.recoveryChanged.person': 'شخص مسجّل الدخول باسمك',

  'mail.ask.subject': 'يُرجى تأكيد إعداد تسجيل الدخول وتزويد المستخدمين',
  'mail.ask.text':
    'يطلب {actor} أن ينظر مالك أو مسؤول في المؤسسة فيما أُعدّ وأن يؤكده. وحتى ذلك الحين لا يُعتدّ به إلا قليلًا.',
  'mail.ask.list': 'ما ينتظر التأكيد:',
  'mail.ask.connection': 'الاتصال {name}، الذي يثق بموفر الهوية في {host}',
  'mail.ask.sync': 'المزامنة الأولى: من بعدها لا يدخل إلا أشخاص الدليل',
  'mail.ask.more':
    '{count?zero:و# غيرها|one:و# غيرها|two:و# غيرها|few:و# غيرها|many:و# غيرها|other:و# غيرها}',
  'mail.ask.advice':
    'سجّل الدخول كعادتك وانظر في كل منها، ولا تؤكد إلا ما تعرفه. هذه الرسالة لا تؤكد شيئًا، وتُرسل مرة في اليوم على الأكثر. إن لم تكن تتوقعها فأخبر مشغّل الخدمة.',

  'mail.actor.operator': 'المشغّل',
  'mail.actor.owner': 'مالك',
  'mail.actor.administrator': 'مسؤول',
  'mail.actor.contact': 'شخص لديه رابط إعداد',
  'mail.actor.refresh': 'تحديث بياناته الوصفية',
  'mail.actor.named': '{actor} ({name})',
  'mail.actor.byLink': '{actor}، برابط أُرسل إليه بالبريد،',

  'mail.secret.set': 'سر العميل (ضُبط)',
  'mail.secret.replaced': 'سر العميل (استُبدل)',
  'mail.secret.taken': 'سر العميل (أُزيل)',

  'mail.anchor.subject': 'تغيّر ما يستند إليه تسجيل الدخول',
  'mail.anchor.applied': 'وضع {actor} مرساة ثقة جديدة للاتصال {connection} موضع العمل في {at}.',
  'mail.anchor.refreshed': 'أخذ {actor} شهادات جديدة للاتصال {connection} في {at}.',
  'mail.anchor.restored': 'أعاد {actor} مرساة الثقة السابقة للاتصال {connection} في {at}.',
  'mail.anchor.now': 'يثق الاتصال بموفر الهوية في {host}. ما تغيّر: {changes}.',
  'mail.anchor.asleep':
    '{count?zero:لا يُرفض هناك أحد من المالكين والمسؤولين.|one:يُرفض هناك مالك أو مسؤول واحد حتى يؤكده من له دوره أو المشغّل.|two:يُرفض هناك اثنان من المالكين والمسؤولين حتى يؤكده من له دورهما أو المشغّل.|few:يُرفض هناك # من المالكين والمسؤولين حتى يؤكده من له دورهم أو المشغّل.|many:يُرفض هناك # من المالكين والمسؤولين حتى يؤكده من له دورهم أو المشغّل.|other:يُرفض هناك # من المالكين والمسؤولين حتى يؤكده من له دورهم أو المشغّل.}',
  'mail.anchor.back':
    'إن لم يقصد ذلك أحد منكم فانظروا في الاتصال: يمكن أن يعود ما كان يثق به قبلًا حتى {until}.',

  'mail.client.subject': 'تغيّرت طريقة إدخال اتصال للناس',
  'mail.client.changed': 'غيّر {actor} الاتصال {connection} في {at}: {changes}.',
  'mail.client.asBefore':
    'يثق الاتصال بموفر الهوية في {host} كما كان. إن لم يقصد ذلك أحد منكم فانظروا في الاتصال.',

  'mail.staged.anchor': 'مرساة ثقة جديدة تنتظر مسؤولًا',
  'mail.staged.client': 'تغيير في العميل ينتظر مسؤولًا',
  'mail.staged.anchorByLink': 'أُعدّت مرساة ثقة جديدة برابط أُرسل بالبريد',
  'mail.staged.clientByLink': 'أُعدّ تغيير في العميل برابط أُرسل بالبريد',
  'mail.staged.anchorText':
    'أعدّ {actor} مرساة ثقة جديدة للاتصال {connection}: موفر الهوية في {host}. ما سيتغير: {changes}.',
  'mail.staged.clientText':
    'أعدّ {actor} تغييرًا في العميل للاتصال {connection}: موفر الهوية في {host}. ما سيتغير: {changes}.',
  'mail.staged.advice':
    'لم يتغير شيء مما يدخل به الناس. انظروا في الفرق واختبروه، ثم ضعوه موضع العمل أو تخلّوا عنه.',

  'mail.days': '{days?zero:# يوم|one:يوم|two:يومين|few:# أيام|many:# يومًا|other:# يوم}',
  'mail.key.one': 'ينتهي مفتاح API خلال {days}',
  'mail.key.many':
    '{count?zero:لا ينتهي أي مفتاح API، وأولها خلال|one:ينتهي مفتاح API واحد، خلال|two:ينتهي مفتاحا API، وأولهما خلال|few:تنتهي # مفاتيح API، وأولها خلال|many:ينتهي # مفتاح API، وأولها خلال|other:ينتهي # مفتاح API، وأولها خلال} {days}',
  'mail.key.item': 'مفتاح API {name} في {on}',
  'mail.key.text': 'ينتهي مفتاح API {name} الخاص بعميل التزويد لديكم في {on}.',
  'mail.key.advice': 'بدّله وألصق الرمز الجديد لدى موفر الهوية: مع فترة تداخل لا يفوت شيء.',
  'mail.certificate.one': 'تنتهي شهادة توقيع خلال {days}',
  'mail.certificate.many':
    '{count?zero:لا تنتهي أي شهادة توقيع، وأولها خلال|one:تنتهي شهادة توقيع واحدة، خلال|two:تنتهي شهادتا توقيع، وأولاهما خلال|few:تنتهي # شهادات توقيع، وأولاها خلال|many:تنتهي # شهادة توقيع، وأولاها خلال|other:تنتهي # شهادة توقيع، وأولاها خلال} {days}',
  'mail.certificate.item': 'شهادة الاتصال {name} في {on}',
  'mail.certificate.text': 'تنتهي شهادة التوقيع للاتصال {name} في {on}.',
  'mail.certificate.advice':
    'أضف قبل ذلك الشهادة الجديدة من موفر الهوية: بعده لا يستطيع أحد تسجيل الدخول عبره.',
  'mail.ending.all': 'ما ينتهي قريبًا:',
  'mail.ending.some':
    'ما ينتهي قريبًا، و{count?zero:# غيره|one:# آخر|two:# آخران|few:# أخرى|many:# أخرى|other:# أخرى}:',

  'mail.failing.subject': 'التزويد يفشل منذ ساعة',
  'mail.failing.text':
    'من أحدث {judged?zero:# طلب|one:# طلب|two:# طلبين|few:# طلبات|many:# طلبًا|other:# طلب} من عميل التزويد لديكم رُفض {refused?zero:#|one:#|two:#|few:#|many:#|other:#}. يعرض النشاط كل واحد منها، مع ما ينبغي تغييره.',

  'mail.makers.subject': 'غادر شخص قد يعرف مفاتيح أو اتصالات',
  'mail.makers.line':
    'غادر شخص أنشأ {count?zero:مفاتيح أو عملاء أو اتصالات ما زالت تعمل (#)|one:مفتاحًا أو عميلًا أو اتصالًا ما زال يعمل|two:مفتاحين أو عميلين أو اتصالين ما زالا يعملان|few:# مفاتيح أو عملاء أو اتصالات ما زالت تعمل|many:# مفتاحًا أو عميلًا أو اتصالًا ما زالت تعمل|other:# مفتاح أو عميل أو اتصال ما زالت تعمل}.',
  'mail.makers.text': 'ما زالت تعمل حتى يغيّرها أحد:',
  'mail.makers.connection': 'الاتصال {name}',
  'mail.makers.key': 'مفتاح API {name}',
  'mail.makers.client': 'عميل OAuth {name}',
  'mail.makers.keyBy': 'مفتاح API {name}، أنشأه {maker}',
  'mail.makers.clientBy': 'عميل OAuth {name}، أنشأه {maker}',
  'mail.makers.advice': 'بدّلوا المفاتيح وانظروا في الاتصالات التي قد يعرفها هذا الشخص.',

  'mail.ownership.subject': 'عاد شخص ولم يعد مالكًا',
  'mail.ownership.text': 'كان {user} مالكًا وعاد بدور {role}. {way}',
  'mail.ownership.claimed': 'تولى الدليل الحساب وفعّله.',
  'mail.ownership.reactivated': 'فعّل الدليل الحساب بعد أكثر من 7 أيام من إلغاء تفعيله، أو بطريقة غير طريقته.',
  'mail.ownership.unblocked': 'رفع مسؤول الحظر.',
  'mail.ownership.restored': 'استعاد مسؤول أشخاص تنبيه.',
  'mail.ownership.advice':
    'إعادة الملكية هي منحها: إن كان ينبغي أن يكون مالكًا فيجعله كذلك مالك آخر أو المشغّل. وإن لم يتوقعه أحد فاحظروا الحساب.',
  'mail.role.owner': 'مالك',
  'mail.role.admin': 'مسؤول',
  'mail.role.member': 'عضو',

  'mail.guard.subject':
    '{people?zero:لم يُلغَ تفعيل أحد|one:أُلغي تفعيل شخص واحد|two:أُلغي تفعيل شخصين|few:أُلغي تفعيل # أشخاص|many:أُلغي تفعيل # شخصًا|other:أُلغي تفعيل # شخص}',
  'mail.guard.text':
    'أُلغي تفعيل {people?zero:لا أحد|one:شخص واحد|two:شخصين|few:# أشخاص|many:# شخصًا|other:# شخص} ({percent} %) أو حُذفوا خلال {minutes?zero:# دقيقة|one:دقيقة|two:دقيقتين|few:# دقائق|many:# دقيقة|other:# دقيقة}. سُجّل خروجهم ولا يستطيعون تسجيل الدخول.',
  'mail.guard.advice':
    'لا يُزال شيء منهم نهائيًا حتى تقولوا ذلك: استعيدوهم جميعًا دفعة واحدة، أو أكّدوا أن مغادرتهم مقصودة.',

  'mail.gathered.subject':
    '{count?zero:لا إشعارات أخرى|one:إشعار آخر|two:إشعاران آخران|few:# إشعارات أخرى|many:# إشعارًا آخر|other:# إشعار آخر}',
  'mail.gathered.text': 'الإشعارات التي تتوالى تُجمع وتُقال في رسالة واحدة. منذ الأخيرة:',
  'mail.gathered.many':
    '{count?zero:# مرة|one:مرة واحدة|two:مرتين|few:# مرات|many:# مرة|other:# مرة}، وآخرها: {line}',
  'mail.gathered.more':
    'وإشعارات عن {count?zero:# أمر آخر|one:أمر آخر|two:أمرين آخرين|few:# أمور أخرى|many:# أمرًا آخر|other:# أمر آخر}',
  'mail.gathered.log': 'كل منها في سجل تدقيق المؤسسة، مع وقته وكلمة من كان.',

  'mail.damage.subject': 'المخزن متضرر',
  'mail.damage.text': 'وجد فحص لمخزن هذه الخدمة ضررًا:',
  'mail.damage.advice':
    'تواصل الخدمة العمل. تُرفض النسخ الاحتياطية من الآن؛ احتفظ بما لديك منها، واستعد واحدة في مجلد آخر.',

  'mail.endpoint.off': 'أُوقفت نقطة نهاية لخطافات الويب',
  'mail.endpoint.offGone': 'لم تعد خطافات الويب تُرسل إلى {url}. أجابت بـ 410 Gone.',
  'mail.endpoint.offFailing': 'لم تعد خطافات الويب تُرسل إلى {url}. لم تقبل شيئًا منذ ثلاثة أيام.',
  'mail.endpoint.offAdvice':
    'شغّلها من جديد في وحدة التحكم ضمن خطافات الويب؛ عندها يُرسل ما ينتظر، وما فات يمكن إرساله من جديد بحسب وقته.',
  'mail.endpoint.trouble': 'نقطة نهاية لخطافات الويب لا تقبل شيئًا',
  'mail.endpoint.troubleText': 'لم تقبل نقطة النهاية {url} شيئًا منذ {since}. {how}',
  'mail.endpoint.refused': 'ترفضها: كانت آخر إجابة {status}. ربما تغيّر سرها أو عنوانها أو قواعدها.',
  'mail.endpoint.silent': 'لا تجيب.',
  'mail.endpoint.fails': 'تفشل: كانت آخر إجابة {status}.',
  'mail.endpoint.troubleAdvice':
    'تنتظرها الأحداث حتى ثلاثة أيام؛ ويُجرَّب واحد في كل مرة. وأول ما تقبله يُطلق البقية.',
}
