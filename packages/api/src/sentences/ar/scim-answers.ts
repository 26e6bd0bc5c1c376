// Arabic: what was done for a provisioning client.
import type { scimAnswers as english } from '../en/scim-answers.ts'

/** What became of a request that was not refused, and what is to be known of it. */
export const scimAnswers: Readonly<Record<keyof typeof english, string>> = {
  user_created: 'أُنشئ «{name}».',
  user_updated: 'حُدّث «{name}».',
  user_deactivated: 'عُطّل «{name}».',
  user_reactivated: 'أُعيد تنشيط «{name}».',
  user_removed: 'أُزيل «{name}».',
  user_unchanged: 'لا شيء يتغير في «{name}».',
  user_linked: 'رُبط المستخدم الموجود «{name}».',
  user_linked_as: 'رُبط المستخدم الموجود، واسمه الآن «{name}».',
  user_was: 'كان اسمه «{name}»، وله {same?id:المعرّف externalId نفسه|address:عنوان البريد نفسه}.',
  user_read: 'قُرئ «{name}».',
  user_read_same: 'قُرئ «{name}»: لم يتغير.',
  user_read_who: 'قُرئ من هو «{name}».',
  user_deactivated_instead:
    '{was?active:عُطّل|out:بقي معطّلًا} «{name}»، وكان الدليل قد طلب إزالته. يدير الدليل الحساب من الآن، ويزيله بحذف آخر.',
  switched_on: 'كان الحساب معطّلًا وهو نشط من جديد.',
  switched_off: 'كان الحساب نشطًا وعُطّل: في الطلب "active": false.',
  block_stands: 'حظر مسؤول هذا الشخص، ولا يزال الحظر قائمًا: يبقى خارجًا حتى يُرفع في وحدة التحكم.',
  kept_block:
    'إنه محظور: حظر مسؤول حسابًا آخر لهذا الشخص، مزالًا أو موجودًا، ولا ينهي الحظر حسابٌ بجانبه. يرفعه مسؤول في «المستخدمون».',
  kept_role: 'دوره {role} مهما قالت القواعد: أعطاه مسؤول يدويًا لحساب آخر لهذا الشخص، مزال أو موجود.',
  kept_withheld:
    'إنه حساب مالك وليس محظورًا: حظر مسؤول حسابًا آخر بهذا الاسم، ولا يحظر مسؤولٌ مالكًا. يفعل ذلك مالك أو المشغّل في «المستخدمون».',
  block_passed_on:
    'لم يعد محظورًا: كان الحظر على حساب آخر، وانتقل بأسماء كتبها مفتاح قبل أن يؤكده أحد. ويقول الدليل الآن من هو الشخص.',
  alike:
    'لحساب آخر {same?id:المعرّف externalId نفسه|address:عنوان البريد نفسه}: «{name}» ({id})، وحالته: {state?active:نشط|blocked:حظره مسؤول|deactivated:معطّل}، وأصله: {origin?invited:دُعي|sso:جاء بتسجيل الدخول|imported:استورد|scim:أنشأه دليل}، وإدارته: {owner?directory:يديره الدليل|none:لم يتولّه دليل بعد}.',
  alike_unclaimed:
    'إن كانا شخصًا واحدًا فليرسل الدليل userName الحساب الأقدم، أو اسمح بأن تربط العناوين المتساوية (تزويد المستخدمين، «أشخاص من قبل»).',
  alike_claimed: 'إن كانا شخصًا واحدًا فأزل أحدهما في الدليل.',

  group_created: 'أُنشئت المجموعة «{name}».',
  group_updated: 'حُدّثت المجموعة «{name}».',
  group_removed: 'أُزيلت المجموعة «{name}».',
  group_unchanged: 'لا شيء يتغير في المجموعة «{name}».',
  group_linked: 'رُبطت المجموعة الموجودة «{name}».',
  group_read: 'قُرئت المجموعة «{name}».',
  group_read_same: 'قُرئت المجموعة «{name}»: لم تتغير.',
  group_read_which: 'قُرئت أي مجموعة هي «{name}».',
  roles_follow:
    'تتبع على دفعات أدوار {count?zero:لا أحد|one:شخص واحد|two:شخصين|few:# أشخاص|many:# شخصًا|other:# شخص}.',
  members_left_out: 'لا مستخدم ولا مجموعة له هذه المعرّفات، فلم تُضف: {ids[]}.',

  read_endpoint: 'قُرئ {endpoint}.',
  listed_users:
    'سُرد المستخدمون: {found?zero:لا مستخدم|one:مستخدم واحد|two:مستخدمان|few:# مستخدمين|many:# مستخدمًا|other:# مستخدم}.',
  listed_groups:
    'سُردت المجموعات: {found?zero:لا مجموعة|one:مجموعة واحدة|two:مجموعتان|few:# مجموعات|many:# مجموعة|other:# مجموعة}.',
  listed_resources:
    'سُردت الموارد: {found?zero:لا مورد|one:مورد واحد|two:موردان|few:# موارد|many:# موردًا|other:# مورد}.',
  looked_for_users:
    'بُحث عن مستخدمين بالشرط {filter}: {found?zero:لم يوجد أحد|one:وُجد مستخدم واحد|two:وُجد مستخدمان|few:وُجد # مستخدمين|many:وُجد # مستخدمًا|other:وُجد # مستخدم}.',
  looked_for_groups:
    'بُحث عن مجموعات بالشرط {filter}: {found?zero:لم توجد أي مجموعة|one:وُجدت مجموعة واحدة|two:وُجدت مجموعتان|few:وُجدت # مجموعات|many:وُجدت # مجموعة|other:وُجدت # مجموعة}.',
  looked_for_resources:
    'بُحث عن موارد بالشرط {filter}: {found?zero:لم يوجد أي مورد|one:وُجد مورد واحد|two:وُجد موردان|few:وُجد # موارد|many:وُجد # موردًا|other:وُجد # مورد}.',

  bulk: 'طلب مجمّع فيه {operations?zero:لا عملية|one:عملية واحدة|two:عمليتان|few:# عمليات|many:# عملية|other:# عملية}: نُفّذت {done} ورُفضت {failed}.',
  bulk_stopped:
    'طلب مجمّع فيه {operations?zero:لا عملية|one:عملية واحدة|two:عمليتان|few:# عمليات|many:# عملية|other:# عملية}: نُفّذت {done} ورُفضت {failed} ولم تُجرّب {untried} (failOnErrors).',
  bulk_operation: 'العملية {number} ({method} {path}):',
  bulk_operation_named: 'العملية {number} ({method} {path}، bulkId «{bulkId}»):',
  bulk_operations: 'العملية {number} ({method} {path}) و{more} غيرها:',
  bulk_operations_named: 'العملية {number} ({method} {path}، bulkId «{bulkId}») و{more} غيرها:',
  bulk_more:
    'في الرد {count?zero:لا سبب آخر|one:سبب آخر|two:سببان آخران|few:# أسباب أخرى|many:# سببًا آخر|other:# سبب آخر}.',

  client_named: 'هذا العميل هو {client}: يُجاب عن طلباته من الآن كما ينتظر.',
  client_named_plain: 'هذا العميل هو {client}: يظل يُجاب كأي عميل.',
  client_formed: 'لطلبات هذا العميل شكل طلبات {client}: يُجاب عنها من الآن كما يُجاب عن تلك.',
  client_formed_plain: 'لطلبات هذا العميل شكل طلبات {client}: يظل يُجاب كأي عميل.',
}
