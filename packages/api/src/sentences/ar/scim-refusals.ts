// Arabic: why the service refuses a request of a provisioning client.
import type { scimRefusals as english } from '../en/scim-refusals.ts'

/** Refusals of the SCIM door. */
export const scimRefusals: Readonly<Record<keyof typeof english, string>> = {
  refused: 'مرفوض:',
  about: 'كان الأمر عن «{name}».',

  key_wrapped:
    'جاء المفتاح ومعه شيء آخر، مثل كلمة «Bearer» مرة ثانية أو علامات اقتباس، أو جاء بلا كلمة «Bearer». ألصق المفتاح وحده، وأرسله هكذا: «Authorization: Bearer <key>».',
  key_missing: 'أرسل مفتاح المؤسسة هكذا: «Authorization: Bearer <key>».',
  key_unknown: 'هذا المفتاح غير معروف. تحقق من أنه لُصق كاملًا.',
  key_revoked: 'أُبطل هذا المفتاح.',
  key_expired: 'انتهت مدة هذا المفتاح.',
  scim_disabled: 'التزويد عبر SCIM غير متاح لهذه المؤسسة.',
  mode_manual: 'التزويد في هذه المؤسسة يدوي: اختر SCIM في الأمان > تزويد المستخدمين.',
  rate_exceeded: 'طلبات كثيرة جدًا لهذه المؤسسة؛ انتظر كما يقول Retry-After.',
  queue_full: 'طلبات كثيرة جدًا لهذه المؤسسة تنتظر؛ أعد المحاولة كما يقول Retry-After.',

  url_too_long: 'العنوان أطول من 8 كيلوبايت؛ يأخذ POST /.search المرشّحات الطويلة.',
  headers_too_large: 'الترويسات أكبر من 16 كيلوبايت.',
  endpoint_not_offered: 'لا تقدم هذه الخدمة نقطة النهاية هذه؛ يقول /ServiceProviderConfig ما تقدمه.',
  endpoint_unknown: 'لا توجد نقطة نهاية كهذه تحت العنوان الأساسي {url}.',
  endpoint_of_bulk_unknown: 'لا توجد نقطة نهاية كهذه تحت /scim/v2.',
  address_misplaced:
    'لا يُخدم SCIM على هذا العنوان. عنوانه الأساسي {url}: أدخله عند موفر الهوية كما هو تمامًا.',
  method_refused: 'تجيب نقطة النهاية هذه عن {methods}.',
  entry_unknown: 'لا يوجد عنصر كهذا في {endpoint}.',
  endpoint_unfiltered: 'لا يمكن ترشيح {endpoint}.',

  media_type_refused: 'أرسل application/scim+json أو application/json.',
  media_type_was: 'كان Content-Type «{type}».',
  body_missing: 'الطلب بلا نص.',
  body_too_large: 'نص الطلب{packed?no:|yes: بعد فك ضغطه} أكبر من {megabytes} ميغابايت.',
  body_coding_refused: 'نص الطلب مضغوط على نحو لا يُقرأ هنا: أرسله بلا ضغط، أو بـ gzip أو deflate.',
  body_coding_was: 'كان Content-Encoding «{coding}».',
  body_coding_broken: 'نص الطلب ليس مضغوطًا كما يقول Content-Encoding.',
  body_coding_came: 'جاء نص الطلب مضغوطًا ({coding}) وفُك ضغطه.',
  body_slow: 'لم يصل نص الطلب خلال {seconds} ثانية.',
  body_cut: 'انقطع الاتصال وسط نص الطلب: لم يُفعل شيء. أنهاه العميل أو وسيط بينهما.',
  body_cut_at: 'انقطع الاتصال وسط نص طلب طوله {bytes} بايت: لم يُفعل شيء. أنهاه العميل أو وسيط بينهما.',
  body_not_utf8: 'نص الطلب ليس بترميز UTF-8.',
  text_unkeepable: 'في نص المحرف U+0000 أو نصف محرف، ولا يمكن حفظه في أي مكان.',
  store_away: 'لا تصل الخدمة إلى مخزنها؛ أعد المحاولة بعد قليل.',
  internal: 'خطأ داخلي؛ يجده المشغّل بالمرجع {reference}.',

  query_written_otherwise: 'يُكتب معامل الاستعلام «{name}» هكذا: «{known}».',
  query_repeated: 'أُرسل معامل الاستعلام «{name}» أكثر من مرة.',
  query_contradicts: 'أُرسل معامل الاستعلام «{name}» أكثر من مرة، وليس بالقيمة نفسها كل مرة.',
  query_filter_of_write: 'لا يكون المرشّح في العنوان إلا مع GET.',
  filter_of_members: 'لا يُرشّح الأعضاء إلا بـ «value» أو «type».',
  sort_by_members: 'لا تُرتّب المجموعات بأعضائها.',
  sort_too_deep:
    'لا يُعثر بـ`startIndex` على صفحة بهذا البعد عن البداية عند الترتيب بسمة لا فهرس لها: اطلب مؤشّرًا (cursor)، أو رتّب بـ`userName`.',
  name_of_no_resource: 'ليس لأي مورد «{name}».',
  cursor_expired: 'انتهت مدة هذا المؤشر: ابدأ من جديد بدونه.',
  cursor_unknown: 'ليس هذا مؤشرًا لهذا الاستعلام: ابدأ من جديد بدونه.',
  cursor_of_one_type: 'المؤشرات لنوع واحد من الموارد: استعمل /Users أو /Groups.',
  operation_orphaned: 'تشير العملية إلى عملية من هذا الطلب لم تُنفّذ.',

  user_not_found: 'لا يوجد مستخدم بهذا المعرّف.',
  user_changed: 'تغير المستخدم منذ الإصدار المذكور في If-Match.',
  user_name_held: 'لمستخدم آخر في هذه المؤسسة هذا الاسم (userName).',
  holder:
    'إنه «{name}» ({id})، وحالته: {state?active:نشط|blocked:حظره مسؤول|deactivated:معطّل}، وأصله: {origin?invited:دُعي|sso:جاء بتسجيل الدخول|imported:استورد|scim:أنشأه دليل}، وإدارته: {owner?directory:يديره الدليل|none:لم يتولّه دليل بعد}.',
  advise_take_over:
    'إن كانا شخصًا واحدًا فليُزل الدليل الحساب الذي أنشأه ولينشئ الشخص من جديد: بذلك يتولى الحساب الأقدم. وإن كانا شخصين فأعط أحدهما userName آخر.',
  advise_bring_back:
    'لإعادة ذلك الشخص أرسل externalId الذي للحساب. وإن كان شخصًا آخر فليُزل الدليل الحساب المعطّل فيتحرر اسمه، أو أعط أحدهما userName آخر.',
  advise_one_person: 'إن كانا شخصًا واحدًا فأزل أحدهما في الدليل، وإن كانا اثنين فأعط أحدهما userName آخر.',
  name_recycled:
    'name_recycled: هذا المستخدم المعطّل مالك أو مسؤول، و externalId آخر يسلّم الحساب إلى شخص آخر. انزع الدور أولًا.',
  user_unclaimed: 'لم يُزوَّد هذا المستخدم عبر SCIM ولم يتولّه تحديث؛ فلا يُزال.',
  unclaimed_has_access: 'لا يزال للحساب حق الدخول.',
  advise_people_from_before:
    'في تزويد المستخدمين، تحت «أشخاص من قبل»، أن حذفًا كهذا يُرفض: اجعله يعطّلهم بدلًا من ذلك، أو احظر الشخص في «المستخدمون».',
  advise_people_undecided:
    'في تزويد المستخدمين، تحت «أشخاص من قبل»، أن حذفًا كهذا يُرفض، كما كان قبل وجود هذا الإعداد: اجعله يعطّلهم بدلًا من ذلك، أو احظر الشخص في «المستخدمون».',
  advise_other_profile:
    'لا يعطّل النمط {profile} عند الحذف أبدًا: أعط المفتاح نمطًا آخر، أو احظر الشخص في «المستخدمون».',

  group_not_found: 'لا توجد مجموعة بهذا المعرّف.',
  group_hidden:
    'إنها «{name}»، أنشأها مفتاح لم يؤكده أحد: لا تراها المفاتيح الأخرى. أكد ذلك المفتاح، أو لينشئ الدليل مجموعة له.',
  group_changed: 'تغيرت المجموعة منذ الإصدار المذكور في If-Match.',
  group_name_held: 'لمجموعة أخرى في هذه المؤسسة هذا الاسم (displayName).',
  group_holder: 'إنها «{name}» ({id})، ولها externalId «{externalId}». غيّر اسم إحداهما في الدليل أو أزلها.',
  group_holder_bare: 'إنها «{name}» ({id})، بلا externalId. غيّر اسم إحداهما في الدليل أو أزلها.',
  group_in_itself: 'لا يمكن أن تكون مجموعة داخل نفسها.',
  group_inside: 'المجموعة «{name}» ({id}) داخل ما كان سيوضع فيها: {ids}.',
  nested_too_many: 'لا يكون لمجموعات مؤسسة واحدة أكثر من {most} مجموعة عضوًا.',
  nested_counted: 'كان سيصير لها كلها معًا أكثر من {most} مجموعة عضوًا. لا يُعد الأعضاء الذين هم أشخاص.',
  members_unknown:
    '{count?zero:لا عضو|one:عضو واحد|two:عضوان|few:# أعضاء|many:# عضوًا|other:# عضو} ليس مستخدمًا ولا مجموعة في هذه المؤسسة.',
  members_unknown_are: 'لا مستخدم ولا مجموعة له {ids[]}.',
  member_sub_attributes: 'لا يمكن تغيير السمات الفرعية لعضو.',
  members_not_chosen: 'لا عضو يوافق مرشّح المسار.',

  provisional:
    'provisional: أنشأ هذا المفتاح مسؤول إعداد ولم يؤكده مسؤول بعد؛ وحتى ذلك الحين فإنه {bound?no_privileged:لا يغيّر مسؤولًا ولا مالكًا|only_own:لا يغيّر إلا من أنشأه أو تولاه|no_names:لا يغيّر userName ولا externalId ولا عنوان من لم ينشئه|no_rename:لا يغيّر اسم من حظره مسؤول أو أعطاه دورًا|no_such_names:لا يسمي من لم ينشئه بأسماء كهذه|no_switch:لا يعطّل ولا يعيد تنشيط إلا من أنشأه|no_removal:لا يزيل إلا من أنشأه|no_claim:لا يتولى من كان اسمه لغيره ولا مسؤولًا|own_groups:لا يغيّر إلا مجموعات أنشأها|own_members:لا يضع في المجموعات إلا من أنشأه أو تولاه، ولا مسؤولًا|keeps_privileged:لا يُخرج من مجموعة مسؤولًا ولا مالكًا}.',
  provisional_limit_names:
    'provisional_limit: أنشأ هذا المفتاح مسؤول إعداد، وحتى يؤكده مسؤول لا يكون {what?name:لاسم userName أو العنوان|id:لـ externalId} "{value}" أكثر من {most} حسابات كهذه، موجودة أو مزالة.',
  provisional_limit_addresses:
    'provisional_limit: أنشأ هذا المفتاح مسؤول إعداد، وحتى يؤكده مسؤول لا يكون لأحد به أكثر من {most} عنوان.',
  provisional_limit_people:
    'provisional_limit: أنشأ هذا المفتاح مسؤول إعداد، وحتى يؤكده مسؤول لا يكون له أكثر من {most} شخص، ومثلهم ممن أزالهم خلال 30 يومًا.',
  provisional_limit_groups:
    'provisional_limit: أنشأ هذا المفتاح مسؤول إعداد، وحتى يؤكده مسؤول لا يكون له أكثر من {most} مجموعة.',
  provisional_limit_nested:
    'provisional_limit: أنشأ هذا المفتاح مسؤول إعداد، وحتى يؤكده مسؤول لا تكون في مجموعاته أكثر من {most} مجموعة عضوًا.',
  provisional_limit_memberships:
    'provisional_limit: أنشأ هذا المفتاح مسؤول إعداد، وحتى يؤكده مسؤول لا يكون أحد في أكثر من {most} من مجموعاته.',
  advise_confirm_key: 'يؤكد المسؤول المفتاح بجانبه في تزويد المستخدمين؛ وما رُفض يأتي مع المزامنة التالية.',
}
