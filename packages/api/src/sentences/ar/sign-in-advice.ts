// Arabic: what an administrator does about a sign-in that was refused.
import type { signInAdvice as english } from '../en/sign-in-advice.ts'

/** Where it is mended. */
export const signInAdvice: Readonly<Record<keyof typeof english, string>> = {
  advise_broken_message:
    'لا يُعرف إعداد في {name()} يفعل ذلك: انظر هل يغيّر شيء بينهما الرسالة، وقارن {app()} بالاتصال.',
  advise_clocks_saml:
    'تحقق من ساعتي {name()} وهذه الخدمة، أو زد فرق الساعات المسموح في الاتصال. تُضبط مدة التأكيد في {app()}.',
  advise_too_large: 'اجعل {name()} يرسل عن الشخص أقل، والمجموعات قبل غيرها: {attributes()}.',
  advise_too_deep: 'اجعل {name()} يرسل قيمًا أقل: {attributes()}.',
  advise_not_a_response:
    'اجعل {name()} يجيب بـ SAML 2.0 وعبر HTTP-POST: {acs()}. تذهب رسائل الخروج الموحد إلى عنوان آخر: {logout()}.',
  advise_one_assertion: 'اجعل {name()} يرسل تأكيدًا واحدًا في كل رد: {app()}.',
  advise_audience: 'أرسل {name()} الجمهور «{found}»؛ اضبط {audience()} على «{expected}».',
  advise_audience_missing: 'اضبط {audience()} في {name()}.',
  advise_recipient: 'أرسل {name()} المستلم «{found}»؛ اضبط {acs()} على «{expected}».',
  advise_destination: 'أرسل {name()} الوجهة «{found}»؛ اضبط {acs()} على «{expected}».',
  advise_bearer: 'اجعل {name()} يثبت صاحب التأكيد بطريقة bearer، كما يفعل ملف المتصفح: {app()}.',
  advise_issuer_saml:
    'جاء الرد من المُصدر «{found}»، ويثق الاتصال بـ «{expected}». استورد بيانات {name()} الوصفية من جديد إن تغيرت؛ تجدها في {app()}.',
  advise_certificate:
    'إن كانت لدى {name()} شهادة توقيع جديدة فحدّث بياناته الوصفية أو الصقها؛ تجدها في {app()}.',
  advise_sign: 'شغّل التوقيع في {name()}: {signing()}.',
  advise_key_size: 'أعط {name()} شهادة توقيع لها مفتاح RSA من 2048 بت على الأقل: {signing()}.',
  advise_key_usable: 'أعط {name()} شهادة توقيع لها {needed}: {signing()}.',
  advise_name_id: 'اضبط في {name()} {nameId()} على ما لكل شخص؛ قد لا تكون لهذا الشخص قيمة لما هو مضبوط هناك.',
  advise_name_id_transient:
    'الاسم العابر يتغير عند كل دخول. اجعل الاتصال يطلب غيره (صيغة Name ID، nameIdFormat: persistent)، أو اضبط {nameId()} في {name()} على قيمة ثابتة، أو سمِّ في الاتصال سمة معرّف ثابت.',
  advise_name_id_policy:
    'لا يعطي صيغة NameID التي يطلبها الاتصال. اضبط {nameId()} في {name()} على تلك الصيغة، أو اجعل الاتصال يطلب غيرها أو لا يطلب شيئًا (nameIdFormat).',
  advise_spaces: 'أزل الفراغ في {name()}: {nameId()}.',
  advise_stable_id: 'اجعل {name()} يرسلها ({attributes()})، أو غيّر سمة المعرّف الثابت في الاتصال.',
  advise_aes_gcm: 'اجعل {name()} يشفّر بـ AES-GCM ({encryption()})، أو اسمح بـ AES-CBC في الاتصال.',
  advise_encrypt:
    'شغّل تشفير التأكيد في {name()} بشهادتنا ({encryption()})، أو اجعل الاتصال يقبل ما يأتي بلا تشفير (wantEncryptedAssertions).',
  advise_sign_both: 'وقّع في {name()} الرد والتأكيد: {signing()}.',
  advise_encryption_certificate:
    'أعط {name()} شهادة التشفير الحالية من بياناتنا الوصفية إن كانت لديه غيرها: {encryption()}.',
  advise_session_saml: 'يسجل الشخص الدخول إلى {name()} من جديد. تُضبط مدة جلساته هناك، بجانب {app()}.',
  advise_authn_statement: 'اجعل {name()} يضمّنه (AuthnStatement): {authnStatement()}.',
  advise_assignment: 'يقول سجل {name()} السبب. كثيرًا ما لا يكون الشخص معيّنًا للتطبيق: {assignment()}.',
  algorithm_came: 'جاءت «{found}».',
  advise_cipher: 'اختر في {name()} التشفير AES-GCM مع {transport}، أو لا تشفّر: {encryption()}.',
  advise_canonicalization:
    'اختر في {name()} التوحيد القياسي exclusive canonicalization بلا تعليقات: {canonicalization()}.',
  advise_signature_algorithm: 'اختر في {name()} الخوارزمية RSA-SHA256: {signing()}.',
  advise_sign_logout:
    'اجعل {name()} يوقّع رسائل الخروج الموحد بـ RSA-SHA256: {signing()} (SimpleSAMLphp: sign.logout).',
  advise_logout: 'قارن {logout()} في {name()} بما في الاتصال.',

  advise_broken_answer:
    'لا يُعرف إعداد في {name()} يفعل ذلك: انظر هل يغيّر شيء بينهما الرد، وقارن {app()} بالاتصال.',
  advise_clocks_openid:
    'تحقق من ساعتي {name()} وهذه الخدمة، أو زد فرق الساعات المسموح في الاتصال. تُضبط مدة الرمز في {name()}: {tokens()}.',
  advise_issuer_reach: 'انظر هل يمكن الوصول من هنا إلى {name()}، وهل لا يزال مُصدر الاتصال مُصدره: {issuer()}.',
  advise_issuer: 'قارن مُصدر الاتصال بمُصدر {name()}: {issuer()}.',
  advise_issuer_letters: 'قارن مُصدر الاتصال بمُصدر {name()} حرفًا حرفًا: {issuer()}.',
  advise_provider_log:
    'يقول سجل {name()} السبب. كثيرًا ما لا يكون الشخص معيّنًا للتطبيق ({assignment()})، أو يكون عنوان إعادة التوجيه غيره ({redirectUri()}).',
  advise_token_form: 'اجعل {name()} يرسل رموزًا موقّعة كاملة غير مشفّرة: {tokens()}.',
  advise_token_algorithm: 'اجعل {name()} يوقّع بـ RS256 (وتُقبل PS256 وES256 وEdDSA أيضًا): {tokens()}.',
  advise_token_keys:
    'إن كانت لدى {name()} مفاتيح جديدة فليبدأ الشخص من جديد: تُقرأ مجموعة مفاتيحه مرة أخرى. وإلا فقارن مُصدر الاتصال بمُصدره: {issuer()}.',
  advise_client_id: 'يجب أن يكون معرّف العميل في الاتصال معرّف هذا العميل في {name()}: {credentials()}.',
  advise_nonce: 'ليبدأ الشخص من جديد. وإن تكرر فإن دخولًا آخر ينتهي عند عنواننا: {redirectUri()} في {name()}.',
  advise_azp:
    'اجعل {name()} يصنع رمز الهوية لهذا العميل وحده ({credentials()})، ولا تضف جمهورًا آخر: {attributes()}.',
  advise_subject: 'اجعل {name()} يسمي الشخص: {nameId()}. يُضبط ما يرسله هناك: {attributes()}.',
  advise_hosted_domain:
    'يسجل الشخص الدخول بحسابه في المؤسسة. لا تعط في {name()} العميل لغيرهم: {assignment()}.',
  advise_userinfo:
    'اجعل نقطة userinfo في {name()} تجيب هذا العميل بقيمة sub التي في رمز الهوية، بصيغة JSON أو JWT موقّع، أو ضع العنوان في رمز الهوية: {attributes()}.',
  advise_claims:
    'اجعل العميل يطلب نطاقات أقل، أو اجعل {name()} يرسل عن الشخص أقل، والمجموعات قبل غيرها: {attributes()}.',
  advise_credentials: 'قارن معرّف العميل وسره في الاتصال بما في {name()}: {credentials()}.',
  advise_code:
    'لا يقبل الرمز المؤقت: استُعمل، أو قدُم، أو طُلب بعنوان إعادة توجيه غير الذي يعرفه {name()}: {redirectUri()}. ليبدأ الشخص من جديد.',
  advise_token_server: 'الخلل عنده: أعد المحاولة وانظر سجل {name()}. تجد العميل في {app()}.',
  advise_no_id_token:
    'ليس في الرد رمز هوية: اجعل العميل في {name()} يستعمل OpenID Connect (النطاق openid): {attributes()}.',
  advise_token_request:
    'قارن العميل في {name()} بالاتصال (نوع المنح authorization_code وعنوان إعادة التوجيه والنطاقات): {app()}.',
}
