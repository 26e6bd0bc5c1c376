// Arabic: the texts of guides by the English ones. Labels of a vendor's console stay as the vendor has them, and so do those of ours, which are
// said in the reader's words when a guide is shown. A test names a text that is missing.
import type { GuideWords } from './guide.ts'

/** In Arabic. */
export const words: GuideWords = {
  product: 'باسم المنتج',
  texts: {
    'Create the application': 'إنشاء التطبيق',
    'Name it as the product is called and press **Next**.': 'سمّه {product} واضغط **Next**.',
    'Under **SAML Settings** paste these values. Leave **Use this for Recipient URL and Destination URL** ticked.':
      'ألصق هذه القيم ضمن **SAML Settings**. واترك **Use this for Recipient URL and Destination URL** محددًا.',
    'Set **Name ID format** to a persistent one or to that of e-mail addresses, and **Application username** to the e-mail address.':
      'اضبط **Name ID format** على صيغة ثابتة أو صيغة عناوين البريد، و**Application username** على عنوان البريد.',
    'Under **Attribute Statements (optional)** send these. Others are ignored, and the attribute mapping can read other names.':
      'أرسل هذه ضمن **Attribute Statements (optional)**. يُتجاهل غيرها، ويستطيع تعيين السمات قراءة أسماء أخرى.',
    'under **Group Attribute Statements (optional)**, with a filter that matches the groups to send (optional)':
      'ضمن **Group Attribute Statements (optional)**، بمرشّح يطابق المجموعات المطلوب إرسالها (اختياري)',
    Attribute: 'السمة',
    Value: 'القيمة',
    'Bring back its metadata': 'إحضار بياناته الوصفية',
    'On the tab **Sign On**, under **SAML Signing Certificates**, open **Actions** > **View IdP metadata** beside the active certificate. Paste the address of that page below.':
      'في تبويب **Sign On**، ضمن **SAML Signing Certificates**، افتح **Actions** > **View IdP metadata** بجانب الشهادة النشطة. ألصق عنوان تلك الصفحة أدناه.',
    'On the tab **Assignments** assign yourself and whoever may sign in.':
      'في تبويب **Assignments** أسند التطبيق إلى نفسك وإلى كل من يُسمح له بالدخول.',
    'Come back to this page and press **Test sign-in**. When every check is ticked, enable the connection.':
      'عُد إلى هذه الصفحة واضغط **Test sign-in**. حين يُعلَّم على كل تحقق، فعّل الاتصال.',
    'Signing out': 'تسجيل الخروج',
    'Okta takes signed sign-outs of an application. On the tab **General**, under **SAML Settings**, press **Edit** and go on to **Show Advanced Settings**. There upload our certificate (**Our certificates** on this page) as **Signature Certificate**, tick **Enable Single Logout**, and paste these.':
      'تقبل Okta خروجًا موقّعًا من تطبيق. في تبويب **General**، ضمن **SAML Settings**، اضغط **Edit** وتابع إلى **Show Advanced Settings**. ارفع هناك شهادتنا (**Our certificates** في هذه الصفحة) بوصفها **Signature Certificate**، وحدد **Enable Single Logout**، وألصق هذه.',
    'A sign-out in Okta itself arrives here only where Okta was told to send it to the application: its API calls that `participateSlo`, and the address is the same.':
      'لا يصل الخروج من Okta نفسها إلى هنا إلا إن طُلب من Okta أن ترسله إلى التطبيق: تسمي واجهتها ذلك `participateSlo`، والعنوان هو نفسه.',
    'A sign-out here goes on to the identity provider once its metadata names a logout address. Where you set this up later, bring its metadata back once more.':
      'ينتقل الخروج هنا إلى موفر الهوية متى سمّت بياناته الوصفية عنوانًا للخروج. وإن أعددت ذلك لاحقًا فأحضر بياناته الوصفية مرة أخرى.',
    'Okta signs the response and the assertion; both are checked. If you turn on **Assertion Encryption**, turn on **Allow AES-CBC** in the options.':
      'توقّع Okta الاستجابة والتأكيد (assertion)، ويُتحقق من كليهما. إن شغّلت **Assertion Encryption** فشغّل **Allow AES-CBC** في الخيارات.',
    'Set **Honor Force Authentication** to yes where applications ask for a fresh sign-in.':
      'اضبط **Honor Force Authentication** على نعم حيث تطلب التطبيقات دخولًا جديدًا.',
    'Whoever signs out here is signed out here, whatever the identity provider answers. Our logout messages are signed with RSA-SHA256; one that comes unsigned ends nothing, and activity says so.':
      'من يسجّل الخروج هنا يخرج من هنا، أيًّا كانت إجابة موفر الهوية. رسائل الخروج منا موقّعة بـ RSA-SHA256؛ وما يأتي منها غير موقّع لا يُنهي شيئًا، ويقول النشاط ذلك.',
    '**Enterprise apps** > **New application**, then **Single sign-on** > **SAML**':
      '**Enterprise apps** > **New application**، ثم **Single sign-on** > **SAML**',
    'Create an application of your own that is not in the gallery.': 'أنشئ تطبيقًا خاصًا بك ليس في المعرض.',
    'Under **Basic SAML Configuration** paste these values and save.':
      'ألصق هذه القيم ضمن **Basic SAML Configuration** واحفظ.',
    'Leave **Attributes & Claims** as they are: e-mail address, names and `objectidentifier` are sent by default. For roles by group, add a group claim.':
      'اترك **Attributes & Claims** كما هي: يُرسل عنوان البريد والأسماء و`objectidentifier` تلقائيًا. وللأدوار بحسب المجموعات أضف مطالبة (claim) للمجموعات.',
    'Under **SAML Certificates** copy the **App Federation Metadata Url** and paste it below.':
      'انسخ **App Federation Metadata Url** ضمن **SAML Certificates** وألصقه أدناه.',
    'Under **Users and groups** assign yourself and whoever may sign in.':
      'ضمن **Users and groups** أسند التطبيق إلى نفسك وإلى كل من يُسمح له بالدخول.',
    'Entra ID sends and takes single logout by HTTP-Redirect alone. Under **App registrations** > the application > **Authentication** paste this.':
      'يرسل Entra ID الخروج الموحد ويستقبله عبر HTTP-Redirect وحده. ألصق هذا ضمن **App registrations** > التطبيق > **Authentication**.',
    'Nothing else is needed: its metadata names its own logout address, and no certificate of ours is asked for.':
      'لا يلزم شيء آخر: تسمي بياناته الوصفية عنوان خروجه، ولا تُطلب شهادة منا.',
    'Recognise people by `http://schemas.microsoft.com/identity/claims/objectidentifier`, before the first of them signs in (`options.stableIdAttribute` in the API): e-mail addresses in Entra ID can be edited.':
      'تعرّف إلى الأشخاص بـ `http://schemas.microsoft.com/identity/claims/objectidentifier`، قبل أن يدخل أولهم (`options.stableIdAttribute` في الواجهة البرمجية): يمكن تعديل عناوين البريد في Entra ID.',
    'Groups arrive as object ids. With more than 150 groups Entra ID leaves the claim out: then let SCIM push the groups.':
      'تصل المجموعات معرّفاتِ كائنات. وعند أكثر من 150 مجموعة يترك Entra ID المطالبة: فدع SCIM يدفع المجموعات حينها.',
    'If you turn on **Token encryption**, set **Signing Option** to **Sign SAML response and assertion** and turn on **Allow AES-CBC** in the options.':
      'إن شغّلت **Token encryption** فاضبط **Signing Option** على **Sign SAML response and assertion** وشغّل **Allow AES-CBC** في الخيارات.',
    'Give it a name and press **Continue**. Under **Google Identity Provider details** download the metadata: you paste the content of that file below, as XML.':
      'أعطه اسمًا واضغط **Continue**. ضمن **Google Identity Provider details** نزّل البيانات الوصفية: تلصق محتوى ذلك الملف أدناه بصيغة XML.',
    'Under **Service Provider Details** paste these values.':
      'ألصق هذه القيم ضمن **Service Provider Details**.',
    'Let the Name ID be the primary e-mail address, in the format of e-mail addresses.':
      'اجعل Name ID عنوان البريد الأساسي، بصيغة عناوين البريد.',
    'Send these attributes. Others are ignored, and the attribute mapping can read other names.':
      'أرسل هذه السمات. يُتجاهل غيرها، ويستطيع تعيين السمات قراءة أسماء أخرى.',
    'Turn it on': 'تشغيله',
    'Turn the app on for everyone, or for the units that may sign in: it is off at first.':
      'شغّل التطبيق للجميع، أو للوحدات التي يُسمح لها بالدخول: يكون متوقفًا في البداية.',
    'Google Workspace has no single logout for applications: **Service Provider Details** has no field for it. A sign-out here ends the session here, and a sign-out at Google does not arrive.':
      'ليس في Google Workspace خروج موحد للتطبيقات: لا حقل له في **Service Provider Details**. الخروج هنا يُنهي الجلسة هنا، والخروج من Google لا يصل.',
    'Google has no public metadata URL: when its certificate changes, paste the new XML here.':
      'ليس لدى Google عنوان عام للبيانات الوصفية: حين تتغير شهادته ألصق XML الجديد هنا.',
    'Whoever shares a computer signs out at Google as well: its session stays, and the next sign-in here goes straight through it.':
      'من يشارك غيره حاسوبًا يسجّل الخروج من Google أيضًا: تبقى جلسته، ويمر الدخول التالي هنا عبرها مباشرة.',
    '**Apps** > **Add App**, then the advanced custom connector for SAML':
      '**Apps** > **Add App**، ثم الموصل المخصص المتقدم لـ SAML',
    'On the tab **Configuration** paste these values.': 'ألصق هذه القيم في تبويب **Configuration**.',
    'The validator is a regular expression: put `^` before the address, `$` behind it, and a backslash before each dot.':
      'المدقّق تعبير نمطي: ضع `^` قبل العنوان و`$` بعده وشرطة مائلة عكسية قبل كل نقطة.',
    'Let the service provider be the one that initiates, and let the NameID have the format of e-mail addresses.':
      'اجعل موفر الخدمة هو من يبدأ، واجعل NameID بصيغة عناوين البريد.',
    'On the tab **Parameters** send these, each included in the assertion. Others are ignored, and the attribute mapping can read other names.':
      'في تبويب **Parameters** أرسل هذه، كلًّا منها مضمّنًا في التأكيد. يُتجاهل غيرها، ويستطيع تعيين السمات قراءة أسماء أخرى.',
    'On the tab **SSO** choose SHA-256 as the signature algorithm and copy the **Issuer URL**: it is the metadata URL.':
      'في تبويب **SSO** اختر SHA-256 خوارزميةً للتوقيع وانسخ **Issuer URL**: فهو عنوان البيانات الوصفية.',
    'On the tab **Access** give the application to roles.': 'في تبويب **Access** أعطِ التطبيق للأدوار.',
    'On the tab **Configuration** paste this, and let OneLogin sign what it sends about logout.':
      'ألصق هذا في تبويب **Configuration**، واجعل OneLogin يوقّع ما يرسله عن الخروج.',
    'Older certificates sign with SHA-1, which is refused.': 'الشهادات الأقدم توقّع بـ SHA-1، وهو مرفوض.',
    'If you turn on the encryption of assertions, let OneLogin sign the response as well, and turn on **Allow AES-CBC** in the options.':
      'إن شغّلت تشفير التأكيدات فاجعل OneLogin يوقّع الاستجابة أيضًا، وشغّل **Allow AES-CBC** في الخيارات.',
    '**SSO Applications** > **Add New Application** > **Custom Application** > **Manage Single Sign-On (SSO)**, with SAML':
      '**SSO Applications** > **Add New Application** > **Custom Application** > **Manage Single Sign-On (SSO)**، مع SAML',
    'On the tab **SSO** paste these values, or give our metadata to **Upload Metadata**. The entity ID of JumpCloud’s own side is a name of your choice, such as your domain.':
      'ألصق هذه القيم في تبويب **SSO**، أو أعطِ بياناتنا الوصفية إلى **Upload Metadata**. معرّف الكيان من جهة JumpCloud اسم تختاره، مثل نطاقك.',
    'Set **SAMLSubject NameID** to the e-mail address. Let JumpCloud sign the assertion, or the response, with RSA-SHA256.':
      'اضبط **SAMLSubject NameID** على عنوان البريد. واجعل JumpCloud يوقّع التأكيد، أو الاستجابة، بـ RSA-SHA256.',
    'Let its metadata declare the redirect endpoint, where there is such a choice.':
      'اجعل بياناته الوصفية تعلن نقطة نهاية إعادة التوجيه، حيث يوجد هذا الخيار.',
    'Press **Copy Metadata URL** and paste it below: it is read again every day. **Export Metadata** gives the same as a file, whose XML you can paste.':
      'اضغط **Copy Metadata URL** وألصقه أدناه: يُقرأ من جديد كل يوم. ويعطي **Export Metadata** الشيء نفسه ملفًا تستطيع لصق XML الذي فيه.',
    'Choose the user groups that may sign in.': 'اختر مجموعات المستخدمين التي يُسمح لها بالدخول.',
    'The public pages of JumpCloud show no field for single logout. Expect a sign-out here to end the session here alone; where its metadata names a logout address after all, a sign-out here goes on to it.':
      'لا تُظهر صفحات JumpCloud العامة حقلًا للخروج الموحد. توقّع أن يُنهي الخروج هنا الجلسة هنا وحدها؛ وحيث تسمي بياناته الوصفية عنوانًا للخروج ينتقل الخروج هنا إليه.',
    '**Applications** > **Applications**, and there a new SAML application':
      '**Applications** > **Applications**، وهناك تطبيق SAML جديد',
    'Enter the configuration by hand and paste these values.': 'أدخل الإعداد يدويًا وألصق هذه القيم.',
    'For **Signing key** take an RSA certificate and RSA_SHA256 or RSA_SHA512: signatures with ECDSA are refused.':
      'خذ لـ **Signing key** شهادة RSA وRSA_SHA256 أو RSA_SHA512: التواقيع بـ ECDSA مرفوضة.',
    'On the tab **Configuration** copy the URL of its metadata, or download it.':
      'في تبويب **Configuration** انسخ عنوان بياناته الوصفية، أو نزّلها.',
    'Turn the application on, and give it to the groups that may sign in.':
      'شغّل التطبيق، وأعطه للمجموعات التي يُسمح لها بالدخول.',
    'PingOne does single logout both ways. On the tab **Configuration** paste these, choose redirect or POST as the binding, and give our certificate as the one that verifies.':
      'يجري PingOne الخروج الموحد في الاتجاهين. ألصق هذه في تبويب **Configuration**، واختر إعادة التوجيه أو POST للربط، وأعطِ شهادتنا للتحقق.',
    'If you turn on **Encryption**, sign the assertion and the response, and turn on **Allow AES-CBC** in the options.':
      'إن شغّلت **Encryption** فوقّع التأكيد والاستجابة، وشغّل **Allow AES-CBC** في الخيارات.',
    'Create the trust': 'إنشاء علاقة الثقة',
    'Choose **Import data about the relying party published online or on a local network** and paste our metadata address.':
      'اختر **Import data about the relying party published online or on a local network** وألصق عنوان بياناتنا الوصفية.',
    'Under **Edit Claim Issuance Policy** press **Add Rule** and take **Send LDAP Attributes as Claims**: E-Mail-Addresses as E-Mail Address, Given-Name as Given Name, Surname as Surname.':
      'ضمن **Edit Claim Issuance Policy** اضغط **Add Rule** وخذ **Send LDAP Attributes as Claims**: E-Mail-Addresses إلى E-Mail Address، وGiven-Name إلى Given Name، وSurname إلى Surname.',
    'Add another one, **Transform an Incoming Claim**: **Incoming claim type** is E-Mail Address, **Outgoing claim type** is Name ID in the format of e-mail addresses. Without it AD FS answers `InvalidNameIDPolicy`.':
      'أضف أخرى، **Transform an Incoming Claim**: يكون **Incoming claim type** هو E-Mail Address، و**Outgoing claim type** هو Name ID بصيغة عناوين البريد. ومن دونها يجيب AD FS بـ `InvalidNameIDPolicy`.',
    'From our metadata AD FS knows our certificate and encrypts by AES-CBC what it sends, which is refused at first. Switch that off: `Set-AdfsRelyingPartyTrust -TargetName NAME -EncryptClaims $false`. Or keep it, let AD FS sign the response as well: `Set-AdfsRelyingPartyTrust -TargetName NAME -SamlResponseSignature MessageAndAssertion`, and turn on **Allow AES-CBC** in the options.':
      'يعرف AD FS شهادتنا من بياناتنا الوصفية ويشفّر ما يرسله بـ AES-CBC، وهو مرفوض في البداية. أوقف ذلك: `Set-AdfsRelyingPartyTrust -TargetName NAME -EncryptClaims $false`. أو أبقه واجعل AD FS يوقّع الاستجابة أيضًا: `Set-AdfsRelyingPartyTrust -TargetName NAME -SamlResponseSignature MessageAndAssertion`، وشغّل **Allow AES-CBC** في الخيارات.',
    'Its metadata is at `https://<your federation server>/FederationMetadata/2007-06/FederationMetadata.xml`. Paste the address, or the XML where the server is not reachable from outside.':
      'بياناته الوصفية في `https://<your federation server>/FederationMetadata/2007-06/FederationMetadata.xml`. ألصق العنوان، أو XML حيث لا يمكن الوصول إلى الخادم من الخارج.',
    'Nothing more is needed where the trust was made from our metadata: our logout address and the certificate of our signatures came with it. In a trust that was made by hand, add an endpoint for SAML logout (POST or redirect) and our signing certificate.':
      'لا يلزم شيء آخر حيث أُنشئت علاقة الثقة من بياناتنا الوصفية: جاء معها عنوان خروجنا وشهادة تواقيعنا. وفي علاقة أُنشئت يدويًا أضف نقطة نهاية لخروج SAML (POST أو إعادة توجيه) وشهادة توقيعنا.',
    'AD FS signs the assertion by itself, and that is enough where nothing is encrypted.':
      'يوقّع AD FS التأكيد من تلقاء نفسه، وهذا يكفي حيث لا يُشفّر شيء.',
    '**Clients** > **Create client**, with **Client type** SAML':
      '**Clients** > **Create client**، مع **Client type** SAML',
    'Create the client': 'إنشاء العميل',
    'Paste these values. Or take **Import client** with our metadata as a file, which fills in everything up to the attributes, and read on there.':
      'ألصق هذه القيم. أو خذ **Import client** مع بياناتنا الوصفية ملفًا، فيملأ كل شيء حتى السمات، وتابع القراءة من هناك.',
    'Leave **Master SAML Processing URL** empty: sign-outs would be posted there as well.':
      'اترك **Master SAML Processing URL** فارغًا: وإلا أُرسل الخروج إليه أيضًا.',
    'On the tab **Advanced**, under **Fine Grain SAML Endpoint Configuration**, paste this.':
      'ألصق هذا في تبويب **Advanced** ضمن **Fine Grain SAML Endpoint Configuration**.',
    'On the tab **Keys** turn **Client signature required** off, or import our certificate there, as it is in an imported client: **Sign our requests** is switched on here when the metadata of the realm, which asks for that, is first read.':
      'في تبويب **Keys** أوقف **Client signature required**، أو استورد شهادتنا هناك، كما في عميل مستورد: يُشغَّل **Sign our requests** هنا حين تُقرأ لأول مرة بيانات العالم (realm) الوصفية التي تطلب ذلك.',
    'Leave **Sign documents** on and turn **Sign assertions** on.':
      'اترك **Sign documents** مشغّلًا وشغّل **Sign assertions**.',
    'Leave **Encrypt assertions** off on the tab **Keys**, or on, as it is in a client that was imported from our metadata: what Keycloak chooses by itself there (AES-GCM, RSA-OAEP) is read. AES-CBC is read where the connection allows it, RSA 1.5 never.':
      'اترك **Encrypt assertions** متوقفًا في تبويب **Keys**، أو مشغّلًا كما في عميل مستورد من بياناتنا الوصفية: ما يختاره Keycloak بنفسه هناك (AES-GCM وRSA-OAEP) يُقرأ. ويُقرأ AES-CBC حيث يسمح به الاتصال، ولا يُقرأ RSA 1.5 أبدًا.',
    'On the tab **Client scopes** open the dedicated scope, whose name is that of the client with `-dedicated` behind it, and send these attributes: for each press **Configure a new mapper** (from the second on **Add mapper** > **By configuration**), take its type, and give it the name of the attribute as name and as SAML attribute name. Others are ignored, and the attribute mapping can read other names.':
      'في تبويب **Client scopes** افتح النطاق المخصص، واسمه اسم العميل ويليه `-dedicated`، وأرسل هذه السمات: لكل منها اضغط **Configure a new mapper** (ومن الثانية **Add mapper** > **By configuration**)، وخذ نوعها، وأعطها اسم السمة اسمًا واسمًا لسمة SAML. يُتجاهل غيرها، ويستطيع تعيين السمات قراءة أسماء أخرى.',
    '**User Property**, its **Property** `id`': '**User Property**، و**Property** الخاصة بها `id`',
    '**User Property**, its **Property** `email`': '**User Property**، و**Property** الخاصة بها `email`',
    '**User Property**, its **Property** `firstName`':
      '**User Property**، و**Property** الخاصة بها `firstName`',
    '**User Property**, its **Property** `lastName`':
      '**User Property**، و**Property** الخاصة بها `lastName`',
    '**Group list** (optional), its **Group attribute name** `groups`, **Full group path** off: rules compare names exactly, and with the path they are called `/admins`':
      '**Group list** (اختياري)، و**Group attribute name** الخاص بها `groups`، و**Full group path** متوقف: تقارن القواعد الأسماء بدقة، ومع المسار تُسمى `/admins`',
    'Paste the metadata URL of your realm: `https://<your server>/realms/<realm>/protocol/saml/descriptor`.':
      'ألصق عنوان البيانات الوصفية لعالمك: `https://<your server>/realms/<realm>/protocol/saml/descriptor`.',
    'On the tab **Advanced**, under **Fine Grain SAML Endpoint Configuration**, paste these. An imported client has them.':
      'ألصق هذه في تبويب **Advanced** ضمن **Fine Grain SAML Endpoint Configuration**. وهي في العميل المستورد من قبل.',
    'Turn **Front channel logout** off where Keycloak itself reaches these addresses: it then brings every sign-out by SOAP, a person’s own and an administrator’s. Where it is on, as in a client that was imported, a person’s own arrives by their browser, and an administrator’s does not arrive.':
      'أوقف **Front channel logout** حيث يصل Keycloak نفسه إلى هذه العناوين: فيُحضر كل خروج عبر SOAP، خروج الشخص وخروجًا أجراه مسؤول. وحيث هو مشغّل، كما في عميل مستورد، يصل خروج الشخص عبر متصفحه، ولا يصل ما يجريه مسؤول.',
    'Leave **Sign documents** on for logout, too: a logout message that is not signed ends nothing here.':
      'اترك **Sign documents** مشغّلًا للخروج أيضًا: رسالة خروج غير موقّعة لا تُنهي شيئًا هنا.',
    'Keycloak names people by their user name unless told otherwise. Where those can change, recognise people by `id`, before the first of them signs in (`options.stableIdAttribute` in the API).':
      'يسمي Keycloak الأشخاص بأسماء مستخدميهم ما لم يُطلب غير ذلك. وحيث قد تتغير تعرّف إلى الأشخاص بـ `id`، قبل أن يدخل أولهم (`options.stableIdAttribute` في الواجهة البرمجية).',
    'wherever your identity provider adds a SAML 2.0 application':
      'حيثما يضيف موفر الهوية لديك تطبيق SAML 2.0',
    'Paste these values, or our metadata where it can be read.':
      'ألصق هذه القيم، أو بياناتنا الوصفية حيث يمكن قراءتها.',
    'Sign the assertion or the response, with RSA-SHA256 or better. RSA-PSS with SHA-256 is read; ECDSA and other forms of RSA-PSS are refused.':
      'وقّع التأكيد أو الاستجابة بـ RSA-SHA256 أو أفضل. يُقرأ RSA-PSS مع SHA-256؛ ويُرفض ECDSA والصيغ الأخرى من RSA-PSS.',
    'NameID: persistent is best, and asked for; an e-mail address is accepted. One that is transient names nobody: choose a stable-id attribute, or another format.':
      'NameID: الثابت أفضل، وهو المطلوب؛ ويُقبل عنوان البريد. أما العابر فلا يسمي أحدًا: اختر سمة ثابتة أو صيغة أخرى.',
    'an id that never changes': 'معرّف لا يتغير أبدًا',
    'e-mail address': 'عنوان البريد',
    'given name': 'الاسم الأول',
    'family name': 'اسم العائلة',
    'names of groups (optional)': 'أسماء المجموعات (اختياري)',
    'As a URL, as XML, or by hand: entity ID, sign-in address, certificate.':
      'عنوانًا، أو XML، أو يدويًا: معرّف الكيان وعنوان الدخول والشهادة.',
    'Paste these as single logout service, or let it read our metadata, which has them and the certificate of our signatures. Messages come and go signed.':
      'ألصق هذه خدمةً للخروج الموحد، أو اجعله يقرأ بياناتنا الوصفية، ففيها هذه وشهادة تواقيعنا. تذهب الرسائل وتأتي موقّعة.',
    'Our own logout messages go by a browser. An identity provider whose metadata names a logout address by SOAP alone is not told of a sign-out here; what it brings by SOAP is taken.':
      'رسائل الخروج منا تمر عبر متصفح. وموفر الهوية الذي لا تسمي بياناته الوصفية عنوان خروج إلا عبر SOAP لا يُخبر بالخروج هنا؛ وما يُحضره عبر SOAP يُقبل.',
    'Switch on that it signs logout messages (SimpleSAMLphp: `sign.logout`): what is not signed ends nothing here.':
      'شغّل توقيعه لرسائل الخروج (SimpleSAMLphp: `sign.logout`): ما ليس موقّعًا لا يُنهي شيئًا هنا.',
    'Where requests come from the identity provider (a click on a tile), a sign-in of ours begins: nothing needs to be set for it.':
      'حيث تأتي الطلبات من موفر الهوية (نقرة على مربع) يبدأ دخول منا: لا يلزم ضبط شيء لذلك.',
    'Keep the grant type of authorization codes and paste this.': 'أبقِ النوع الذي برموز التفويض وألصق هذا.',
    'Under **Assignments** choose who may sign in.': 'ضمن **Assignments** اختر من يُسمح له بالدخول.',
    'Bring back its id and secret': 'إحضار معرّفه وسره',
    'On the tab **General**, under **Client Credentials**, are **Client ID** and **Client secret**. **Okta domain** below is that of your Okta organization, such as `acme.okta.com`; of an authorization server of your own take the issuer, as another issuer.':
      'في تبويب **General**، ضمن **Client Credentials**، يوجد **Client ID** و**Client secret**. و**Okta domain** أدناه هو نطاق مؤسستك في Okta، مثل `acme.okta.com`؛ ومن خادم تفويض خاص بك خذ المُصدر، مُصدرًا آخر.',
    'Enter them below, with the secret as it is shown.': 'أدخلها أدناه، والسر كما يظهر.',
    'A sign-out here goes on to the issuer where its discovery document has an `end_session_endpoint`. The person ends on a page of the issuer.':
      'ينتقل الخروج هنا إلى المُصدر حيث في وثيقة اكتشافه `end_session_endpoint`. وينتهي الشخص عند صفحة للمُصدر.',
    'A sign-out there does not arrive here by itself: the session here ends by its own time, or when the person is deactivated.':
      'لا يصل الخروج من هناك إلى هنا من تلقاء نفسه: تنتهي الجلسة هنا بوقتها، أو حين يُلغى تفعيل الشخص.',
    'For roles by group, let Okta send a claim `groups` in the ID token, and ask for the scope `groups` where your authorization server has it (`oidc.scopes` in the API).':
      'للأدوار بحسب المجموعات اجعل Okta ترسل مطالبة `groups` في رمز الهوية، واطلب النطاق `groups` حيث يوجد في خادم التفويض لديك (`oidc.scopes` في الواجهة البرمجية).',
    'Client authentication is by a client secret (basic or post), or none for a public client. `private_key_jwt` is not done: an issuer that takes nothing else is refused when it is entered.':
      'يثبت العميل نفسه بسر (basic أو post)، أو لا يثبتها إن كان عامًا. لا يُستعمل `private_key_jwt`: المُصدر الذي لا يقبل غيره يُرفض عند إدخاله.',
    'Let it be for accounts of this one directory.': 'اجعله لحسابات هذا الدليل وحده.',
    'Under **Authentication** > **Platform configurations** choose **Web** and paste this. It is also the address that people come back to after signing out.':
      'ضمن **Authentication** > **Platform configurations** اختر **Web** وألصق هذا. وهو أيضًا العنوان الذي يعود إليه الأشخاص بعد الخروج.',
    'Under **Certificates & secrets** > **Client secrets** make a secret, and copy it at once: it is shown in full this one time, and the id beside it is another thing. It ends after two years at most: replace it before.':
      'ضمن **Certificates & secrets** > **Client secrets** أنشئ سرًا وانسخه فورًا: يظهر كاملًا هذه المرة وحدها، والمعرّف بجانبه شيء آخر. وينتهي بعد سنتين على الأكثر: استبدله قبل ذلك.',
    'On **Overview** are **Application (client) ID** and **Directory (tenant) ID**, which is asked for below. Who may sign in is said under **Enterprise apps** > the application > **Users and groups**.':
      'في **Overview** يوجد **Application (client) ID** و**Directory (tenant) ID** المطلوب أدناه. ومن يُسمح له بالدخول يُحدد ضمن **Enterprise apps** > التطبيق > **Users and groups**.',
    'A sign-out here goes on to the issuer where its discovery document has an `end_session_endpoint`. Entra ID has one, and the person comes back here.':
      'ينتقل الخروج هنا إلى المُصدر حيث في وثيقة اكتشافه `end_session_endpoint`. ولدى Entra ID واحد، ويعود الشخص إلى هنا.',
    'Entra ID brings no logout tokens: it has front-channel logout alone, which is not done here. A sign-out there does not arrive.':
      'لا يُحضر Entra ID رموز خروج: ليس لديه إلا خروج القناة الأمامية، وهو غير مستعمل هنا. فلا يصل الخروج من هناك.',
    'The issuer of all tenants (`common`) is refused: anybody with a Microsoft account could sign in.':
      'يُرفض مُصدر كل المستأجرين (`common`): فكل من له حساب Microsoft يستطيع الدخول به.',
    'For roles by group, press **Add groups claim** under **Token configuration**. Groups arrive as object ids; with more than 200 Entra ID sends a reference in their place, and roles stay as they are.':
      'للأدوار بحسب المجموعات اضغط **Add groups claim** ضمن **Token configuration**. تصل المجموعات معرّفاتِ كائنات؛ وعند أكثر من 200 يرسل Entra ID مرجعًا مكانها، وتبقى الأدوار كما هي.',
    'Applications that ask for a fresh sign-in need the claim `auth_time` in the ID token: **Token configuration** > **Add optional claim**.':
      'التطبيقات التي تطلب دخولًا جديدًا تحتاج إلى مطالبة `auth_time` في رمز الهوية: **Token configuration** > **Add optional claim**.',
    'the credentials of a project in the Google Cloud console: **OAuth client ID**, **Web application**':
      'بيانات اعتماد مشروع في Google Cloud console: **OAuth client ID** و**Web application**',
    'Make the **OAuth consent screen** internal: then nobody outside of your organization gets a token.':
      'اجعل **OAuth consent screen** داخليًا: فلا يحصل أحد خارج مؤسستك على رمز.',
    'Paste this.': 'ألصق هذا.',
    'The client id and its secret are shown when the client is made.':
      'يظهر معرّف العميل وسره حين يُنشأ العميل.',
    'Google has no sign-out for clients: a sign-out here ends the session here, and a sign-out at Google does not arrive.':
      'ليس لدى Google خروج للعملاء: الخروج هنا يُنهي الجلسة هنا، والخروج من Google لا يصل.',
    'A private Google account is refused: it names no organization (`hd`).':
      'يُرفض حساب Google الشخصي: فهو لا يسمي مؤسسة (`hd`).',
    'Google sends no groups: give roles here, or provision them from another directory.':
      'لا يرسل Google مجموعات: أعطِ الأدوار هنا، أو زوّدها من دليل آخر.',
    'On the tab **Configuration** paste this and press **Save**.':
      'ألصق هذا في تبويب **Configuration** واضغط **Save**.',
    'On the tab **SSO** are **Client ID**, **Client Secret** and the issuer.':
      'في تبويب **SSO** يوجد **Client ID** و**Client Secret** والمُصدر.',
    'On the tab **SSO** paste this, choose client authentication by a secret, and tick the standard scopes for e-mail and profile.':
      'ألصق هذا في تبويب **SSO**، واختر إثبات العميل بسر، وحدد النطاقات المعتادة للبريد والملف الشخصي.',
    'The client id and the secret are shown when the application is activated.':
      'يظهر معرّف العميل والسر حين يُفعَّل التطبيق.',
    '**Applications** > **Applications**, and there a new OIDC web application':
      '**Applications** > **Applications**، وهناك تطبيق ويب OIDC جديد',
    'On the tab **Configuration** set **Response Type** to code, **Grant Type** to authorization code, **Token Endpoint Authentication Method** to client secret basic or post, and paste this.':
      'في تبويب **Configuration** اضبط **Response Type** على code، و**Grant Type** على authorization code، و**Token Endpoint Authentication Method** على سر العميل basic أو post، وألصق هذا.',
    '**PKCE Enforcement** may be required: it is sent, with S256.':
      'قد يُشترط **PKCE Enforcement**: فهو يُرسل، مع S256.',
    'On the tab **Configuration** are **Client ID**, **Client Secret** and, among its URLs, the issuer.':
      'في تبويب **Configuration** يوجد **Client ID** و**Client Secret**، وبين عناوينه المُصدر.',
    '**AD FS Management** > **Application Groups** > **Add Application Group**, with a server application and a web API':
      '**AD FS Management** > **Application Groups** > **Add Application Group**، بتطبيق خادم وواجهة ويب برمجية',
    'Paste this, and let the server application have a shared secret. The identifier of the web API is the client identifier.':
      'ألصق هذا، واجعل لتطبيق الخادم سرًا مشتركًا. معرّف واجهة الويب البرمجية هو معرّف العميل.',
    'Permit the scopes `openid`, `profile` and `email` to it. For the address of a person in the ID token, give the web API an **Issuance Transform Rules** entry, **Send LDAP Attributes as Claims**, and permit the scope `allatclaims`, which the connection then asks for as well (`oidc.scopes` in the API).':
      'اسمح لها بالنطاقات `openid` و`profile` و`email`. ولعنوان الشخص في رمز الهوية أعطِ واجهة الويب البرمجية قيدًا في **Issuance Transform Rules**، **Send LDAP Attributes as Claims**، واسمح بالنطاق `allatclaims`، الذي يطلبه الاتصال حينها أيضًا (`oidc.scopes` في الواجهة البرمجية).',
    '**Client Identifier** is the client id. The issuer is `https://<your federation server>/adfs`.':
      '**Client Identifier** هو معرّف العميل. والمُصدر `https://<your federation server>/adfs`.',
    '**Clients** > **Create client**, with **Client type** OpenID Connect':
      '**Clients** > **Create client**، مع **Client type** OpenID Connect',
    'Choose a **Client ID**, such as `single-sign-on`, turn **Client authentication** on, and paste this. It is also the address that people come back to after signing out.':
      'اختر **Client ID**، مثل `single-sign-on`، وشغّل **Client authentication**، وألصق هذا. وهو أيضًا العنوان الذي يعود إليه الأشخاص بعد الخروج.',
    'Leave **ID token signature algorithm** as it is: RS256. HS256 is refused, because its secret would have to be shared.':
      'اترك **ID token signature algorithm** كما هو: RS256. يُرفض HS256 لأن سره ينبغي أن يُشارَك.',
    'The client ID is the one that you chose. On the tab **Credentials** is **Client Secret**. The issuer is `https://<your server>/realms/<realm>`; the address of **OpenID Endpoint Configuration** in the settings of the realm does as well.':
      'معرّف العميل هو ما اخترته. وفي تبويب **Credentials** يوجد **Client Secret**. والمُصدر `https://<your server>/realms/<realm>`؛ ويصلح كذلك عنوان **OpenID Endpoint Configuration** في إعدادات العالم.',
    'A sign-out here goes on to the issuer where its discovery document has an `end_session_endpoint`. Keycloak has one, and the person comes back here.':
      'ينتقل الخروج هنا إلى المُصدر حيث في وثيقة اكتشافه `end_session_endpoint`. ولدى Keycloak واحد، ويعود الشخص إلى هنا.',
    'The other way, the issuer brings a logout token. In the settings of the client turn **Front channel logout** off, which is on at first: only then the field for this address is shown.':
      'في الاتجاه الآخر يُحضر المُصدر رمز خروج. في إعدادات العميل أوقف **Front channel logout**، وهو مشغّل في البداية: عندها فقط يظهر الحقل لهذا العنوان.',
    'Leave **Backchannel logout session required** on, so that a sign-out ends the one session that it means, and press **Save**: then a sign-out in Keycloak, also by an administrator, ends the session here.':
      'اترك **Backchannel logout session required** مشغّلًا، ليُنهي الخروج الجلسة المقصودة وحدها، واضغط **Save**: عندها يُنهي الخروج من Keycloak، ولو أجراه مسؤول، الجلسة هنا.',
    'People made by an administrator are unverified at first, and their address is then not used: set **Email verified** under **Users** > the person.':
      'من أنشأهم مسؤول يكونون غير موثّقين في البداية، فلا يُستعمل عنوانهم: اضبط **Email verified** ضمن **Users** > الشخص.',
    'For roles by group, add a mapper **Group Membership** to the dedicated scope of the client, under **Client scopes**: token claim name `groups`, **Full group path** off. With the path groups are called `/admins`, and rules compare names exactly.':
      'للأدوار بحسب المجموعات أضف مُعيّن **Group Membership** إلى النطاق المخصص للعميل، ضمن **Client scopes**: اسم المطالبة في الرمز `groups`، و**Full group path** متوقف. فمع المسار تُسمى المجموعات `/admins`، وتقارن القواعد الأسماء بدقة.',
    'wherever your identity provider registers a client of OpenID Connect':
      'حيثما يسجّل موفر الهوية لديك عميل OpenID Connect',
    'Register a confidential client for the authorization code flow and paste this.':
      'سجّل عميلًا سريًّا لتدفق رمز التفويض وألصق هذا.',
    'Let it sign ID tokens with RS256, or with PS256, ES256 or EdDSA. HS256 and `none` are refused.':
      'اجعله يوقّع رموز الهوية بـ RS256، أو PS256 أو ES256 أو EdDSA. يُرفض HS256 و`none`.',
    'Client id, client secret, and the issuer or the address of its discovery document.':
      'معرّف العميل، وسر العميل، والمُصدر أو عنوان وثيقة اكتشافه.',
    'The other way, the issuer brings a logout token to this address.':
      'في الاتجاه الآخر يُحضر المُصدر رمز خروج إلى هذا العنوان.',
    'Logout tokens are taken by `sid`, by `sub`, or by both.':
      'تُقبل رموز الخروج بـ `sid` أو بـ `sub` أو بكليهما.',
    'For roles by group, let it send the claim `groups`. The scope `groups` is asked for where the issuer lists it (Dex, LemonLDAP::NG); where it has another name, give the scopes of the connection yourself (`oidc.scopes` in the API).':
      'للأدوار بحسب المجموعات اجعله يرسل مطالبة `groups`. يُطلب النطاق `groups` حيث يدرجه المُصدر (Dex وLemonLDAP::NG)؛ وحيث له اسم آخر حدد نطاقات الاتصال بنفسك (`oidc.scopes` في الواجهة البرمجية).',
    'your SAML application > **General** > **Edit** > **Provisioning**: **SCIM**, then the tab **Provisioning**':
      'تطبيق SAML الخاص بك > **General** > **Edit** > **Provisioning**: **SCIM**، ثم تبويب **Provisioning**',
    '1. Connect and test': '1. الاتصال والاختبار',
    'Create an API key on this page. It is shown once.': 'أنشئ مفتاح API في هذه الصفحة. يظهر مرة واحدة.',
    'On **Provisioning** > **Integration** press **Edit** and fill in. **Authentication Mode** is **HTTP Header**, and the field of the unique identifier for users is `userName`.':
      'في **Provisioning** > **Integration** اضغط **Edit** واملأ الحقول. **Authentication Mode** هو **HTTP Header**، وحقل المعرّف الفريد للمستخدمين `userName`.',
    'Under **Supported provisioning actions** tick **Push New Users**, **Push Profile Updates** and **Push Groups**.':
      'ضمن **Supported provisioning actions** حدد **Push New Users** و**Push Profile Updates** و**Push Groups**.',
    'Test the configuration of the connector, then press **Save**. Keep this page open: the step lights up when the request arrives.':
      'اختبر إعداد الموصل ثم اضغط **Save**. أبقِ هذه الصفحة مفتوحة: تضيء الخطوة حين يصل الطلب.',
    '2. Review and enable': '2. المراجعة والتفعيل',
    'On **Provisioning** > **To App** press **Edit** and tick **Create Users**, **Update User Attributes** and **Deactivate Users**. Leave **Sync Password** off, and press **Save**.':
      'في **Provisioning** > **To App** اضغط **Edit** وحدد **Create Users** و**Update User Attributes** و**Deactivate Users**. اترك **Sync Password** متوقفًا، واضغط **Save**.',
    'The attribute mappings further down on that tab need no change.':
      'لا تحتاج تعيينات السمات في أسفل ذلك التبويب إلى تغيير.',
    '3. Assign': '3. الإسناد',
    'On **Assignments** assign people or groups: their accounts are created at once.':
      'في **Assignments** أسند أشخاصًا أو مجموعات: تُنشأ حساباتهم فورًا.',
    'On **Push Groups** push the groups that should give roles. Do not use one group for both: assign the application by some groups and push others, as Okta advises.':
      'في **Push Groups** ادفع المجموعات التي ينبغي أن تعطي أدوارًا. لا تستعمل مجموعة واحدة للأمرين: أسند التطبيق بمجموعات وادفع أخرى، كما تنصح Okta.',
    'Unassign somebody: the account is deactivated at once and signed out.':
      'ألغِ إسناد شخص: يُلغى تفعيل الحساب فورًا ويُسجَّل خروجه.',
    'Okta deactivates and does not delete. Unpushing a group offers to delete it here or to leave it.':
      'تلغي Okta التفعيل ولا تحذف. وعند إيقاف دفع مجموعة تعرض حذفها هنا أو تركها.',
    'Where the product is listed in Okta’s catalogue of applications, the Okta Integration Network (OIN), add it from there instead of creating an application. It asks for the same address and key.':
      'إن كان المنتج في فهرس تطبيقات Okta، وهو Okta Integration Network (OIN)، فأضفه من هناك بدلًا من إنشاء تطبيق. يطلب العنوان والمفتاح نفسيهما.',
    '**Enterprise apps** > your application > **Provisioning** > **New configuration**':
      '**Enterprise apps** > تطبيقك > **Provisioning** > **New configuration**',
    'Under **Admin Credentials** fill in, press **Test Connection**, then **Create**.':
      'املأ **Admin Credentials**، واضغط **Test Connection** ثم **Create**.',
    'Keep this page open: the step lights up when the request arrives.':
      'أبقِ هذه الصفحة مفتوحة: تضيء الخطوة حين يصل الطلب.',
    'Under **Attribute Mapping** the defaults fit. `userPrincipalName` goes to `userName`, `objectId` may go to `externalId` in place of `mailNickname`.':
      'ضمن **Attribute Mapping** تصلح القيم الافتراضية. يذهب `userPrincipalName` إلى `userName`، ويجوز أن يذهب `objectId` إلى `externalId` مكان `mailNickname`.',
    'Leave the actions on the target as they are: create, update and delete.':
      'اترك الإجراءات على الهدف كما هي: الإنشاء والتعديل والحذف.',
    'Under **Users and groups** assign people and groups; keep the scope at what is assigned.':
      'ضمن **Users and groups** أسند أشخاصًا ومجموعات؛ وأبقِ النطاق على المُسنَد.',
    'Provision one person on demand to see them at once, then press **Start Provisioning** on the overview. Entra ID works in cycles of about 40 minutes.':
      'زوّد شخصًا واحدًا عند الطلب لتراه فورًا، ثم اضغط **Start Provisioning** في النظرة العامة. يعمل Entra ID في دورات من نحو 40 دقيقة.',
    'A key that is refused puts the job into quarantine: stop provisioning there before you revoke a key or switch back to manual.':
      'المفتاح المرفوض يضع المهمة في الحجر: أوقف التزويد هناك قبل أن تلغي مفتاحًا أو تعود إلى اليدوي.',
    'Who is deleted in Entra ID is deactivated first, and deleted 30 days later.':
      'من يُحذف في Entra ID يُلغى تفعيله أولًا ويُحذف بعد 30 يومًا.',
    '**Apps** > **Add App**, then the SCIM provisioner with SAML (SCIM v2 Enterprise)':
      '**Apps** > **Add App**، ثم مزوّد SCIM مع SAML (SCIM v2 Enterprise)',
    'On the tab **Configuration** fill in. No custom headers are needed.':
      'املأ تبويب **Configuration**. لا تلزم ترويسات مخصصة.',
    'Enable the connection to the API. Keep this page open: the step lights up when the request arrives.':
      'فعّل الاتصال بالواجهة البرمجية. أبقِ هذه الصفحة مفتوحة: تضيء الخطوة حين يصل الطلب.',
    'On the tab **Provisioning** tick **Enable provisioning**. Under **Require admin approval before this action** untick what should happen by itself.':
      'في تبويب **Provisioning** حدد **Enable provisioning**. وضمن **Require admin approval before this action** أزل التحديد عما ينبغي أن يحدث تلقائيًا.',
    'Set **When users are deleted in OneLogin** to **Suspend** or **Delete**; both take the person out at once.':
      'اضبط **When users are deleted in OneLogin** على **Suspend** أو **Delete**؛ كلاهما يُخرج الشخص فورًا.',
    'Give the application to users or roles (**Access**). To push groups by rules, include the groups on the tab **Parameters** in user provisioning.':
      'أعطِ التطبيق لمستخدمين أو أدوار (**Access**). ولدفع المجموعات بقواعد ضمّن المجموعات في تبويب **Parameters** في تزويد المستخدمين.',
    'your application > **Identity Management**': 'تطبيقك > **Identity Management**',
    'Choose SCIM 2.0, fill in, and give the address of a person who is not in use as that of the test user.':
      'اختر SCIM 2.0 واملأ الحقول، وأعطِ عنوان شخص غير مستعمل لمستخدم الاختبار.',
    'Test the connection: JumpCloud makes a person and a group, and deletes or deactivates them. Keep this page open: the step lights up when the request arrives.':
      'اختبر الاتصال: ينشئ JumpCloud شخصًا ومجموعة، ثم يحذفهما أو يلغي تفعيلهما. أبقِ هذه الصفحة مفتوحة: تضيء الخطوة حين يصل الطلب.',
    'Turn on the management of groups where they should give roles, then activate it.':
      'شغّل إدارة المجموعات حيث ينبغي أن تعطي أدوارًا، ثم فعّله.',
    'Choose the user groups whose people should have accounts.':
      'اختر مجموعات المستخدمين التي ينبغي أن تكون لأشخاصها حسابات.',
    'Fill in. **Authentication Method** is **OAuth 2 Bearer Token**, **Users Resource** `/Users`, **Groups Resource** `/Groups`, and the filter for users `userName Eq "%s"`.':
      'املأ الحقول. **Authentication Method** هو **OAuth 2 Bearer Token**، و**Users Resource** `/Users`، و**Groups Resource** `/Groups`، ومرشّح المستخدمين `userName Eq "%s"`.',
    'Press **Test connection**. Keep this page open: the step lights up when the request arrives.':
      'اضغط **Test connection**. أبقِ هذه الصفحة مفتوحة: تضيء الخطوة حين يصل الطلب.',
    'Allow it to create, update and disable, and let a removal disable or delete.':
      'اسمح له بالإنشاء والتعديل والتعطيل، واجعل الإزالة تعطّل أو تحذف.',
    'Turn the connection on, add a rule with PingOne as source, and keep its attribute mapping.':
      'شغّل الاتصال، وأضف قاعدة مصدرها PingOne، وأبقِ تعيين سماتها.',
    'In the rule choose whom to provision (its filter for users), and which groups to send.':
      'في القاعدة اختر من يُزوَّد (مرشّحها للمستخدمين) وأي المجموعات تُرسل.',
    'a SCIM client extension for Keycloak: Keycloak itself sends none':
      'امتداد عميل SCIM لـ Keycloak: لا يرسل Keycloak نفسه شيئًا منه',
    'In the extension’s settings of your realm fill in; authentication is a bearer token.':
      'املأ إعدادات الامتداد في عالمك؛ الإثبات برمز حامل.',
    'Turn on propagation of users, and of groups where they should give roles.':
      'شغّل نشر المستخدمين، والمجموعات حيث ينبغي أن تعطي أدوارًا.',
    'Start a first synchronisation, or change a person: the request arrives here.':
      'ابدأ مزامنة أولى، أو غيّر شخصًا: يصل الطلب إلى هنا.',
    'Which requests are sent depends on the extension. If something is refused, Activity says what and why.':
      'يتوقف ما يُرسل من طلبات على الامتداد. وإن رُفض شيء يقول النشاط ما هو ولماذا.',
    'wherever your identity provider adds provisioning by SCIM 2.0':
      'حيثما يضيف موفر الهوية لديك التزويد عبر SCIM 2.0',
    'Fill in. The key is sent as `Authorization: Bearer`. Providers that fetch a token use an OAuth client instead, which you register on this page.':
      'املأ الحقول. يُرسل المفتاح بصيغة `Authorization: Bearer`. والموفرون الذين يجلبون رمزًا يستعملون عميل OAuth بدلًا منه، تسجّله في هذه الصفحة.',
    'Test the connection. Keep this page open: the step lights up when the request arrives.':
      'اختبر الاتصال. أبقِ هذه الصفحة مفتوحة: تضيء الخطوة حين يصل الطلب.',
    'Send at least `userName`, `name.givenName`, `name.familyName`, `emails` and `active`. Matching is by `userName`, then `externalId`.':
      'أرسل على الأقل `userName` و`name.givenName` و`name.familyName` و`emails` و`active`. تكون المطابقة بـ `userName`، ثم `externalId`.',
    'Assign people and push groups.': 'أسند أشخاصًا وادفع مجموعات.',
    'The key’s profile **Automatic** accepts what all common providers send. **Strict (RFC 7643, 7644)** follows these to the letter, **Interoperability profile** the draft of that name as well.':
      'يقبل ملف المفتاح **Automatic** ما يرسله كل الموفرين المعتادين. ويتبع **Strict (RFC 7643, 7644)** هذه المعايير حرفيًا، ويتبع **Interoperability profile** مسودة ذلك الاسم أيضًا.',
    'Google Workspace offers no outbound SCIM for custom applications: keep manual provisioning, where accounts are created at the first sign-in, or provision from another directory.':
      'لا يقدم Google Workspace تزويد SCIM صادرًا للتطبيقات المخصصة: ابقَ على التزويد اليدوي، حيث تُنشأ الحسابات عند أول دخول، أو زوّد من دليل آخر.',
    'AD FS sends no SCIM. Where its directory is synchronised to Entra ID, provision from there; otherwise keep manual provisioning.':
      'لا يرسل AD FS تزويد SCIM. حيث يُزامَن دليله مع Entra ID زوّد من هناك؛ وإلا فابقَ على التزويد اليدوي.',
    'the field for the audience (entity ID)': 'حقل الجمهور (معرّف الكيان)',
    'the field for the ACS (consumer) URL': 'حقل عنوان ACS (المستهلك)',
    'the field for the validator of the ACS URL': 'حقل مدقّق عنوان ACS',
    'the field for the single logout URL': 'حقل عنوان الخروج الموحد',
    'the field for the entity ID': 'حقل معرّف الكيان',
    'the field for the SLO endpoint': 'حقل نقطة نهاية SLO',
    'the field for the SLO response endpoint': 'حقل نقطة نهاية استجابة SLO',
    'the endpoint for SAML logout': 'نقطة نهاية خروج SAML',
    'ACS URL, recipient, destination': 'عنوان ACS والمستلم والوجهة',
    'Entity ID, audience': 'معرّف الكيان والجمهور',
    Metadata: 'البيانات الوصفية',
    'Logout by HTTP-Redirect or HTTP-POST, and its response':
      'الخروج عبر HTTP-Redirect أو HTTP-POST، واستجابته',
    'Logout by SOAP': 'الخروج عبر SOAP',
    'the field for redirect URIs': 'حقل عناوين إعادة التوجيه',
    'the field for the bearer token': 'حقل رمز الحامل',
    'the field for the base URL': 'حقل عنوان الأساس',
    'the field for the token': 'حقل الرمز',
    'the field for the endpoint': 'حقل نقطة النهاية',
    'OAuth 2.0 token endpoint': 'نقطة نهاية الرموز في OAuth 2.0',
    'Bearer token': 'رمز الحامل',
    'Base URL': 'عنوان الأساس',
    'Back-channel logout URI': 'عنوان خروج القناة الخلفية',
  },
}
