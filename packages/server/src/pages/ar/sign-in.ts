// Arabic: every page, signing in and out, refusals, and requests that come to nothing.
import type { signIn as english } from '../en/sign-in.ts'
import type { WordsLike } from '../words.ts'

/** In Arabic. */
export const signIn: WordsLike<typeof english> = {
  reference: 'المرجع {reference}',
  codeAndReference: 'الرمز {code}، المرجع {reference}',
  continue: 'متابعة',
  signIn: 'تسجيل الدخول',
  signOut: 'تسجيل الخروج',
  needsScript: 'تحتاج هذه الصفحة إلى JavaScript.',
  tryAgain: 'يُرجى المحاولة مرة أخرى بعد قليل.',
  settings: 'إعدادات المؤسسة',

  'brand.support': 'المساعدة',
  'brand.privacy': 'الخصوصية',
  'brand.terms': 'شروط الاستخدام',

  'tooMany.title': 'طلبات كثيرة جدًا',
  'tooMany.heading': 'طلبات كثيرة جدًا في وقت واحد',
  'tooMany.text':
    'بدأت من هذه الشبكة، أو من كل مكان، عمليات دخول أكثر من المتوقع. يُرجى المحاولة مرة أخرى بعد قليل.',

  'tooLong.title': 'طويل جدًا',
  'tooLong.heading': 'الطلب طويل جدًا',

  'wrongMethod.title': 'الطريقة غير مسموح بها',
  'wrongMethod.heading': 'يقبل هذا العنوان {methods}',

  'unreadable.title': 'غير مقروء',
  'unreadable.heading': 'لا يمكن قراءة هذا',
  'unreadable.text': 'في نص ما الحرف U+0000 أو نصف حرف، ولا يمكن حفظه في أي مكان.',

  'away.title': 'تسجيل الدخول غير متاح حاليًا',

  'failed.title': 'حدث خطأ هنا',

  'notFramed.title': 'تُفتح داخل المنتج',
  'notFramed.heading': 'تُفتح هذه الإعدادات داخل المنتج',
  'notFramed.text': 'ليس هذا العنوان صفحة قائمة بذاتها. عُد إلى المنتج وافتح الإعدادات هناك.',
  'notBuilt.title': 'غير موجودة',
  'notBuilt.heading': 'الإعدادات غير موجودة',
  'notBuilt.text': 'شُغّلت هذه الخدمة بلا صفحات إعداداتها. يجد مشغّلها في سجلها ما يفعل.',
  'unknown.title': 'لا شيء في هذا العنوان',
  'unknown.text': 'تحقق من العنوان، أو عد إلى حيث جئت.',
  'unknown.signIn': 'الذهاب إلى تسجيل الدخول',
  'nothing.title': 'لا تسجيل دخول في هذا العنوان',
  'nothing.heading': 'لا {signIn} في هذا العنوان',
  'nothing.signIn': 'تسجيل دخول',
  'nothing.text': 'تحقق من الرابط، أو اطلبه من المسؤول لديك.',

  'recover.offer': 'هل تملك مؤسسة هنا أو تديرها؟',
  'recover.offerHere': 'هل تملك هذه المؤسسة هنا أو تديرها؟',
  'recover.title': 'لا تستطيع تسجيل الدخول؟',
  'recover.text':
    'يستطيع المالكون والمسؤولون أن يُرسل إليهم بالبريد رابط يصلحون به تسجيل دخول مؤسستهم. وليسألهم غيرهم.',
  'recover.where': 'أين لا تستطيع تسجيل الدخول؟',
  'recover.label': 'بريد العمل، أو الاسم المختصر لمؤسستك',

  'question.label': 'بريد العمل',

  'question.ended': 'انقضت جلستك أو أُنهيت. سجّل الدخول من جديد؛ وإن رُفضت فالصفحة تقول السبب.',
  'question.unknown': 'لا تسجيل دخول لهذا العنوان. تحقق منه، أو اسأل المسؤول لديك.',
  'choice.title': 'أين تريد تسجيل الدخول؟',

  'action.otherAccount': 'استعمال حساب آخر',
  'action.again': 'المحاولة مرة أخرى',
  'action.back': 'العودة إلى {product}',
  'action.continue': 'المتابعة إلى {product}',
  'action.support': 'طلب المساعدة',
  'action.copy': 'نسخ المرجع',
  'action.copied': 'تم النسخ',
  'refused.title': 'تعذر تسجيل دخولك',
  'refused.text': 'اطلب المساعدة من المسؤول لديك واذكر هذا المرجع.',
  'refused.blocked.title': 'أُوقف وصولك',
  'refused.blocked': 'أوقفت مؤسستك وصولك أو أنهته. ولا يعيده إلا المسؤول لديك.',
  'refused.misconfigured.title': 'تسجيل دخول شركتك غير معدّ إعدادًا صحيحًا',
  'refused.misconfigured':
    'ما جاء من موفر الهوية لديها لم يمكن قبوله. لا تستطيع إصلاح ذلك بنفسك: أخبر المسؤول لديك، واذكر هذا المرجع.',
  'refused.wrongAccount.title': 'تحتاج إلى حساب آخر',
  'refused.wrongAccount':
    'الحساب الذي سجّلت الدخول به لا يتبع هذه المؤسسة. استعمل الحساب الذي أعطتك إياه مؤسستك.',
  'refused.again.title': 'لا يمكن متابعة هذا الدخول',
  'refused.again': 'استغرق وقتًا طويلًا، أو بدأ في متصفح آخر، أو اكتمل من قبل. ابدأ من جديد.',
  'refused.provider.title': 'لم يسجّل موفر الهوية دخولك',
  'refused.provider':
    'كثيرًا ما يعني ذلك أن هذا التطبيق لم يُعط لك هناك. اسأل المسؤول لديك، أو استعمل حسابًا آخر.',
  'refused.away.title': 'تعذر الوصول إلى موفر الهوية',
  'refused.away': 'لم يجبنا، ولا يُدخل أحدًا حتى يجيب. حاول مرة أخرى بعد بضع دقائق.',
  'refused.away.operator':
    'إن طال ذلك فليطلب مالك مؤسستك أو المسؤول فيها من مشغّل هذه الخدمة رابطًا إلى الإعدادات، وهو لا يحتاج إلى موفر هوية.',
  'refused.away.product':
    'إن طال ذلك فليطلب مالك مؤسستك أو المسؤول فيها من فريق {product} رابطًا إلى الإعدادات، وهو لا يحتاج إلى موفر هوية.',
  'refused.notProvisioned.title': 'حسابك ليس جاهزًا بعد',
  'refused.notProvisioned': 'لم يُنشأ حسابك بعد. اطلب من المسؤول لديك أن يعيّنك لهذا التطبيق.',
  'refused.notAskedAgain':
    'طُلب دخول جديد، ولم يسألك موفر الهوية من جديد. سجّل الخروج لديه وحاول مرة أخرى، أو اطلب المساعدة من المسؤول لديك واذكر هذا المرجع.',
  'refused.proofOver':
    'انتهت جلساتك، أو جلسات طريقة الدخول هذه، بعد أن أثبتّ هويتك. ولم ينتج شيء عما بدأ قبل ذلك: سجّل الدخول من جديد.',
  'refused.anchorChanged':
    'تغيرت في أثناء ذلك طريقة دخول مؤسستك. ولم ينتج شيء عما بدأ قبل ذلك: ابدأ من جديد.',

  'notSignedOut.byProvider': 'لم يسجّل موفر الهوية خروجك هنا',
  'notSignedOut.byProviderText':
    'أرسل رسالة بذلك لم يمكن قبولها. إن كنت مسجّل الدخول هنا فتستطيع أن تسجّل الخروج بنفسك.',
  'notSignedOut.title': 'لم يُسجّل الخروج',
  'notSignedOut.text': 'لم يأت الطلب من صفحتنا.',

  'going.heading': 'ننتقل بك إلى موفر الهوية',

  'me.title': 'مسجّل الدخول',
  'me.heading': 'أنت مسجّل الدخول',
  'me.as': 'مسجّل الدخول باسم',
  'me.organization': 'المؤسسة',
  'me.role': 'الدور',
  'me.role.owner': 'مالك',
  'me.role.admin': 'مسؤول',
  'me.role.member': 'عضو',
  'me.until': 'حتى',
  'me.everywhere': 'تسجيل الخروج من كل مكان',

  'signedOut.title': 'تم تسجيل الخروج',
  'signedOut.heading': 'سجّلت الخروج',
  'signedOut.here': 'سجّلت الخروج هنا',
  'signedOut.hereText':
    'لم يقل موفر الهوية إنه سجّل خروجك أيضًا. أغلق المتصفح، أو سجّل الخروج لديه، إن كان غيرك يستعمله.',
  'signedOut.again': 'تسجيل الدخول من جديد',
  'signedOut.still': 'ما زلت مسجّل الدخول هنا',

  'application.over': 'انتهى هذا الدخول',
  'application.overText':
    'بدأ قبل وقت طويل، أو في متصفح آخر، أو اكتمل من قبل. عد إلى التطبيق وسجّل الدخول من جديد.',
  'application.stale': 'لم تُسأل من جديد',
  'application.staleText':
    'طلب التطبيق دخولًا جديدًا، ولم يكن هذا الدخول جديدًا. عد إلى التطبيق وسجّل الدخول من جديد.',
  'application.refused': 'لا تستطيع استعمال هذا التطبيق',
  'application.refusedText': 'لم يُتح هذا التطبيق لمؤسستك، أو سجّلت الدخول لمؤسسة أخرى. اسأل المسؤول لديك.',
  'application.wrong': 'طلب التطبيق شيئًا ليس له. يقرأ فريقه السبب هنا:',
  'application.redirectUri': 'عنوان إعادة التوجيه الذي جاء، ويُقارن حرفًا بحرف: {uri}',
  'application.nobody': 'لا يستطيع أحد بعد الدخول إلى هذا التطبيق. اسأل فريقه.',
  'application.unknown': 'طلب التطبيق {what}. أدخل بريد عملك بدلًا من ذلك، أو أخبر فريقه.',
  'application.unknown.connection': 'طريقة دخول غير موجودة، أو ليست له: «{value}»',
  'application.unknown.organization':
    'مؤسسة غير موجودة، أو ليس لها تسجيل دخول، أو لم يُتح لها هذا التطبيق: «{value}»',
  'application.unknown.domain_hint': 'نطاقًا ليس له تسجيل دخول: «{value}»',
  'application.unknown.login_hint': 'عنوانًا ليس له تسجيل دخول: «{value}»',
}
