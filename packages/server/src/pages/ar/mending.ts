// Arabic: linking an identity, confirming a connection and mending one.
import type { mending as english } from '../en/mending.ts'
import type { WordsLike } from '../words.ts'

/** In Arabic. */
export const mending: WordsLike<typeof english> = {
  'unchanged.title': 'لم يتغير شيء',
  'unchanged.again': 'البدء من جديد',

  'connection.name': 'الاتصال',
  'connection.host': 'موفر الهوية',
  'connection.put': 'وضعه',
  'connection.notRecorded': 'غير مسجّل',
  'connection.at': 'في',
  'connection.changes': 'ما تغيّر',

  'account.here': 'حسابك هنا',
  'account.there': 'لدى موفر الهوية',
  'account.address': 'عنوانه',
  'account.insteadOf': 'بدلًا من',
  'account.takenFrom': 'مأخوذ من',
  'account.removed': 'حساب أُزيل',
  'account.recovery': 'عنوان الاسترداد',

  'offer.title': 'ربط هذه الهوية',
  'offer.heading': 'هل هذا أنت؟',
  'offer.nothing': 'من ذلك الحين يكون من يسجّل الدخول بهذه الهوية هو أنت.',
  'offer.account':
    'يُنشأ لهذا العنوان حساب مالك. ومن ذلك الحين يكون من يسجّل الدخول بهذه الهوية هو هذا المالك.',
  'offer.ownership':
    'يصبح الحساب مالكًا لهذه المؤسسة، وتُزال كل هوية أخرى له. ومن ذلك الحين يكون من يسجّل الدخول بهذه الهوية هو هذا المالك.',
  'offer.recovery':
    'حيث تُرسل بالبريد روابط يُسترد بها مالك فإنها تذهب إلى عنوان الاسترداد: من يقرأ صندوق البريد ذاك يُعد هذا المالك.',
  'offer.confirms': 'وتقول أيضًا إن هذا موفر الهوية لمؤسستك:',
  'offer.unconfirmed': 'لم يؤكده بعد أحد له صلاحياتك.',
  'offer.button': 'ربطها بحسابي',

  'linked.title': 'تم الربط',
  'linked.heading': 'تم ربط الهوية',
  'linked.text': '«{account}» مربوط الآن بهذه الهوية.',
  'linked.over': 'كنت مسجّل الدخول بالهوية التي حلت هذه محلها، وانتهى كل ما جاء بتلك: سجّل الدخول من جديد.',

  'asleep.title': 'بانتظار التأكيد',
  'asleep.heading': 'دخولك ينتظر تأكيدًا',
  'asleep.text':
    'أُنشئ الاتصال «{connection}» أو تغيّر، ولم يؤكده منذ ذلك أحد له صلاحياتك. وحتى ذلك الحين لا يُدخل أحدًا ممن يملكون المؤسسة أو يديرونها.',
  'asleep.ask': 'اطلب من مشغّل هذه الخدمة رابطًا إلى إعدادات مؤسستك: فهو يؤكد الاتصال.',
  'asleep.mail':
    'نستطيع أن نرسل إليك بالبريد رابطًا تؤكده به. يذهب إلى العنوان الذي كان في حسابك حين أُعطيت صلاحياتك.',
  'asleep.others':
    'يستطيع مالك أو مسؤول مسجّل الدخول أن يؤكده أيضًا في «تسجيل الدخول الموحد». المرجع {reference}',

  'mail.button': 'أرسلوا إليّ رابطًا',

  'mailed.title': 'انظر في بريدك',
  'mailed.text':
    'إن كان هذا حساب مالك أو مسؤول هنا، والبريد يصل إليه، فالرابط في طريقه. يعمل مرة واحدة، خلال 30 دقيقة.',
  'mailed.limit': 'تُرسل ثلاثة في الساعة على الأكثر، وخمسة في اليوم. لم يصل شيء؟ اسأل مشغّل هذه الخدمة.',

  'mail.heading': 'للمالكين والمسؤولين',
  'mail.text': 'إن لم يعد موفر الهوية لمؤسستك يُدخلك فنستطيع أن نرسل إليك بالبريد رابطًا تصلح به الاتصال به.',
  'mail.label': 'عنوان الاسترداد الخاص بك',
  'mail.hint': 'العنوان الذي كان في حسابك حين أُعطيت صلاحياتك، إلا إن غيّرته.',

  'mail.away':
    'وبياناته الوصفية أيضًا لا يمكن قراءتها الآن: فقد يكون موفر الهوية نفسه خارج المتناول. حاول مرة أخرى بعد بضع دقائق أولًا.',

  'noMail.title': 'من تسأل',
  'noMail.text':
    'لا تُرسل روابط بالبريد لهذه المؤسسة. إن لم يعد موفر الهوية يُدخلك فاطلب من مشغّل هذه الخدمة رابطًا إلى إعدادات مؤسستك: هناك تصلح الاتصال.',
  'noMail.others': 'يستطيع مالك أو مسؤول مسجّل الدخول أن يصلحه أيضًا في «تسجيل الدخول الموحد».',

  'anchor.confirm.title': 'تأكيد الاتصال',
  'anchor.confirm.heading': 'هل هذا موفر الهوية لمؤسستك؟',
  'anchor.confirm.text': 'يُدخلك التأكيد، ويتيح له أن يُدخل كل من له صلاحياتك.',
  'anchor.confirm.button': 'التأكيد وتسجيل الدخول',
  'anchor.confirm.unknown': 'إن لم تعرفه فأغلق هذه الصفحة وأخبر مشغّل هذه الخدمة.',
  'anchor.confirm.unknownOrMend': 'إن لم تعرفه فأغلق هذه الصفحة وأخبر مشغّل هذه الخدمة، أو {mend}.',
  'anchor.confirm.mend': 'قل ما موفر الهوية لديكم بدلًا منه',

  'mend.title': 'إصلاح طريقة دخولك',
  'mend.heading': 'هل ما زلت تستطيع تسجيل الدخول؟',
  'mend.text':
    'إن كان موفر الهوية ما زال يُدخلك فافعل ذلك الآن. وإن كان الاتصال ينتظر تأكيد من له دورك فستُسأل بعد ذلك.',
  'mend.changed': 'تغيّر موفر الهوية لدينا',
  'mend.secretEnded':
    'انتهى سر العميل أو استُبدل، أو انتقلتم إلى موفر آخر. قل ما هو الآن. لا يتغير شيء مما يدخل به الناس قبل أن ترى الفرق وتسجّل الدخول هناك بنفسك وتقول ذلك.',
  'mend.certificateReplaced':
    'استُبدلت شهادته، أو انتقلتم إلى موفر آخر. قل ما هو الآن. لا يتغير شيء مما يدخل به الناس قبل أن ترى الفرق وتسجّل الدخول هناك بنفسك وتقول ذلك.',
  'mend.show': 'عرض ما سيتغير',
  'mend.redirectUri': 'عنوان إعادة التوجيه لدينا',
  'mend.acsUrl': 'عنوان ACS لدينا',
  'mend.entityId': 'معرّف الكيان لدينا',
  'mend.issuer': 'المُصدر',
  'mend.clientId': 'معرّف العميل',
  'mend.clientSecret': 'سر العميل',
  'mend.clientSecretHint': 'فارغ: المحفوظ، ما دام المُصدر ومعرّف العميل كما هما.',
  'mend.scopes': 'النطاقات (scopes)',
  'mend.metadataUrl': 'عنوان البيانات الوصفية',
  'mend.metadataXml': 'أو البيانات الوصفية بصيغة XML',
  'mend.stableId': 'السمة التي تسمي الشخص دائمًا',
  'mend.stableIdHint': 'فارغ: NameID.',
  'mend.nothing': 'لا شيء',
  'mend.now': 'الآن',
  'mend.then': 'بعد ذلك',
  'mend.secretTaken': 'يُزال سر العميل.',
  'mend.secretSet': 'يُضبط سر عميل.',
  'mend.secretReplaced': 'يُستبدل سر العميل.',
  'mend.unconfirmed': 'لم يؤكد بعد أحد له دورك موفر الهوية في {host}.{put} ومن يضع هذا مكانه يؤكده.',
  'mend.putBy': ' وضعه {who} في {at}.',
  'mend.quoted': '«{name}»',
  'mend.rung.operator': 'مشغّل هذه الخدمة',
  'mend.rung.owner': 'مالك',
  'mend.rung.administrator': 'مسؤول',
  'mend.rung.contact': 'شخص لديه رابط إعداد',
  'mend.rung.directory': 'الدليل',
  'mend.rung.connection': 'تحديث بياناته الوصفية',
  'mend.rung.person': 'شخص ما',
  'mend.changes': 'ما سيتغير',
  'mend.asleep':
    '{count?zero:لا يُرفض هناك أحد فوق دورك.|one:يُرفض هناك شخص واحد فوق دورك حتى يؤكده هو أو مشغّل هذه الخدمة.|two:يُرفض هناك شخصان فوق دورك حتى يؤكده أحدهما أو مشغّل هذه الخدمة.|few:يُرفض هناك # أشخاص فوق دورك حتى يؤكده أحدهم أو مشغّل هذه الخدمة.|many:يُرفض هناك # شخصًا فوق دورك حتى يؤكده أحدهم أو مشغّل هذه الخدمة.|other:يُرفض هناك # شخص فوق دورك حتى يؤكده أحدهم أو مشغّل هذه الخدمة.}',
  'mend.more':
    '{count?zero:ولا أحد غيرهم|one:وواحد آخر|two:واثنان آخران|few:و# آخرون|many:و# آخرون|other:و# آخرون}',
  'mend.moved': 'يُسمى الناس هناك بغير أسمائهم، وتنتهي كل جلسة عبر هذا الاتصال. ومن المربوطين:',
  'mend.relinked': 'نُقلوا معه',
  'mend.dropped': 'فُك ربطهم',
  'mend.kept': 'المالكون والمسؤولون، ويثبتون أنفسهم من جديد',
  'mend.staged.heading': 'هل هذا موفر الهوية لديكم الآن؟',
  'mend.staged.text':
    'إن كان كذلك فسجّل الدخول هناك بنفسك. لا يفتح ذلك جلسة ولا يغيّر شيئًا: إنما يُظهر أنك معروف هناك.',
  'mend.staged.button': 'تسجيل الدخول هناك للتجربة',
  'mend.staged.again': 'إدخال شيء آخر',
  'mend.hostThen': 'موفر الهوية بعد ذلك',
  'mend.nameIdThen': 'أنت هناك',
  'mend.addressThen': 'عنوانك هناك',
  'mend.own': 'جئت بنفسك: هذه الهوية مربوطة بحسابك.',
  'mend.isYou': 'هل هذا أنت؟',
  'mend.isYouText': 'من ذلك الحين يكون من يسجّل الدخول بهذه الهوية هو أنت.',
  'mend.place': 'هل يوضع مكانه؟',
  'mend.placeTitle': 'وضعه مكانه',
  'mend.placeText': 'من ذلك الحين يسجّل كل من في المؤسسة الدخول هناك.',
  'mend.placeBack':
    'من ذلك الحين يسجّل كل من في المؤسسة الدخول هناك. ويمكن أن يعود ما هو قائم الآن خلال سبعة أيام، في «تسجيل الدخول الموحد».',
  'mend.placeButton': 'وضعه مكانه وتسجيل الدخول',

  'part.entityId': 'معرّف الكيان',
  'part.ssoUrl': 'عنوان الدخول',
  'part.ssoBinding': 'الربط',
  'part.sloUrl': 'عنوان الخروج',
  'part.endSessionEndpoint': 'عنوان الخروج',
  'part.sloBinding': 'ربط الخروج',
  'part.sloResponseUrl': 'عنوان الردود على الخروج',
  'part.certificates': 'الشهادات (SHA-256)',
  'part.metadataUrl': 'عنوان البيانات الوصفية',
  'part.metadataXml': 'البيانات الوصفية بصيغة XML',
  'part.issuer': 'المُصدر',
  'part.clientId': 'معرّف العميل',
  'part.clientSecret': 'سر العميل',
  'part.authorizationEndpoint': 'نقطة التفويض',
  'part.tokenEndpoint': 'نقطة الرموز',
  'part.userinfoEndpoint': 'نقطة معلومات المستخدم',
  'part.jwksUri': 'مجموعة المفاتيح',
  'part.sendsIssuer': 'يسمي نفسه في الردود',
  'part.stableIdAttribute': 'السمة التي تسمي الشخص',
  'part.nameIdFormat': 'صيغة NameID',
  'part.scopes': 'النطاقات (scopes)',
  'part.authentication': 'كيف نثبت من نحن',
}
