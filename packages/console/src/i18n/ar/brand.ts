// Arabic: the operator's product as customers see it.
import type { brand as english } from '../en/brand.ts'
import type { WordsLike } from '../words.ts'

/** The operator's product. */
export const brand: WordsLike<typeof english> = {
  'brand.about':
    'ما يراه عملاؤك ومستخدموهم بدلًا من اسم هذه الخدمة: في إعداداتهم، وفي الصفحات التي يسجّلون الدخول عبرها، وفي رسائل البريد.',
  'brand.preview': 'المعاينة',
  'brand.previewHint':
    'صفحة من صفحات تسجيل الدخول، فاتحة وداكنة. تعرضها الإعدادات عند تحميلها في المرة القادمة.',
  'brand.sampleTitle': 'أين تريد تسجيل الدخول؟',
  'brand.sampleText': 'Acme',
  'brand.sampleAct': 'متابعة',
  'brand.help': 'المساعدة',
  'brand.privacy': 'الخصوصية',
  'brand.terms': 'الشروط',
  'brand.words': 'النصوص واللون والروابط',
  'brand.saved': 'تم الحفظ. تعرضه الصفحات خلال ثانية.',
  'brand.productName': 'المنتج',
  'brand.productNameHint': 'كما يعرفه العملاء. بدونه تظهر هذه الخدمة باسمها.',
  'brand.color': 'اللون',
  'brand.colorHint': 'لون الأزرار والروابط. يُجعل أغمق أو أفتح حيث لا يمكن قراءته.',
  'brand.supportEmail': 'عنوان الدعم',
  'brand.supportHint':
    'يظهر رابطًا باسم «المساعدة» حيث لا يستطيع الناس الدخول. إن وُجدت صفحة الدعم أدناه فهي تسبقه.',
  'brand.supportUrl': 'صفحة الدعم',
  'brand.privacyUrl': 'إشعار الخصوصية',
  'brand.termsUrl': 'الشروط',
  'brand.mailFooter': 'آخر أسطر الرسائل',
  'brand.mailFooterHint': 'أسفل كل رسالة، مثل عنوان شركتك.',
  'brand.images': 'الصور',
  'brand.imagesHint':
    'PNG أو JPEG أو WebP أو SVG، بحجم 256 كيلوبايت و4096 × 4096 بكسل على الأكثر لكل صورة. تُحفظ صورة SVG بلا برامج نصية وبلا ما قد تحمّله.',
  'brand.logo': 'الشعار',
  'brand.logoHint': 'على الخلفيات الفاتحة، بارتفاع لا يتجاوز 40 بكسل.',
  'brand.logo_dark': 'الشعار على الخلفيات الداكنة',
  'brand.logo_darkHint': 'بدونه يظهر الشعار الآخر هناك أيضًا.',
  'brand.icon': 'الأيقونة',
  'brand.iconHint': 'في لسان المتصفح؛ مربعة.',
  'brand.choose': 'اختيار ملف',
  'brand.replace': 'استبدال',
  'brand.take': 'إزالة',
  'applications.brand': 'علامة صفحات دخوله',
  'applications.brandHint':
    'بدلًا من العلامة العامة، على الصفحات التي يدخل بها الناس إلى هذا التطبيق. الحقل الفارغ يعرض العلامة العامة.',
  'general.logo': 'شعار المؤسسة',
  'general.logoHint':
    'إلى جانب شعار المنتج على صفحات دخول أفراد هذه المؤسسة. PNG أو JPEG أو WebP أو SVG، بحد أقصى 256 ك.ب و4096 × 4096 بكسل لكل منها.',
  'brand.record': 'سجل TXT للنطاقات',
  'brand.recordHint': 'كيف يثبت العملاء ملكية نطاق يضيفونه من الآن فصاعدًا. تحتفظ النطاقات الموجودة بسجلها.',
  'brand.recordHost': 'الاسم تحت النطاق',
  'brand.recordPrefix': 'النص قبل علامة المساواة',
}
