// German: the texts of guides by the English ones. Labels of a vendor's console stay as the vendor has them, and so do those of ours, which are
// said in the reader's words when a guide is shown. A test names a text that is missing.
import type { GuideWords } from './guide.ts'

/** In German. */
export const words: GuideWords = {
  product: 'nach dem Produkt',
  texts: {
    'Create the application': 'Die Anwendung anlegen',
    'Name it as the product is called and press **Next**.':
      'Nennen Sie sie {product} und klicken Sie auf **Next**.',
    'Under **SAML Settings** paste these values. Leave **Use this for Recipient URL and Destination URL** ticked.':
      'Fügen Sie diese Werte unter **SAML Settings** ein. Lassen Sie **Use this for Recipient URL and Destination URL** angehakt.',
    'Set **Name ID format** to a persistent one or to that of e-mail addresses, and **Application username** to the e-mail address.':
      'Stellen Sie **Name ID format** auf ein dauerhaftes Format oder auf das von E-Mail-Adressen und **Application username** auf die E-Mail-Adresse.',
    'Under **Attribute Statements (optional)** send these. Others are ignored, and the attribute mapping can read other names.':
      'Senden Sie diese unter **Attribute Statements (optional)**. Andere werden ignoriert, und die Attributzuordnung kann andere Namen lesen.',
    'under **Group Attribute Statements (optional)**, with a filter that matches the groups to send (optional)':
      'unter **Group Attribute Statements (optional)**, mit einem Filter, der auf die zu sendenden Gruppen passt (freiwillig)',
    Attribute: 'Attribut',
    Value: 'Wert',
    'Bring back its metadata': 'Ihre Metadaten zurückbringen',
    'On the tab **Sign On**, under **SAML Signing Certificates**, open **Actions** > **View IdP metadata** beside the active certificate. Paste the address of that page below.':
      'Öffnen Sie auf dem Reiter **Sign On** unter **SAML Signing Certificates** neben dem aktiven Zertifikat **Actions** > **View IdP metadata**. Fügen Sie die Adresse jener Seite unten ein.',
    'On the tab **Assignments** assign yourself and whoever may sign in.':
      'Weisen Sie auf dem Reiter **Assignments** sich selbst und alle zu, die sich anmelden dürfen.',
    'Come back to this page and press **Test sign-in**. When every check is ticked, enable the connection.':
      'Kommen Sie auf diese Seite zurück und klicken Sie auf **Test sign-in**. Wenn jede Prüfung abgehakt ist, aktivieren Sie die Verbindung.',
    'Signing out': 'Abmelden',
    'Okta takes signed sign-outs of an application. On the tab **General**, under **SAML Settings**, press **Edit** and go on to **Show Advanced Settings**. There upload our certificate (**Our certificates** on this page) as **Signature Certificate**, tick **Enable Single Logout**, and paste these.':
      'Okta nimmt signierte Abmeldungen einer Anwendung an. Klicken Sie auf dem Reiter **General** unter **SAML Settings** auf **Edit** und gehen Sie weiter zu **Show Advanced Settings**. Laden Sie dort unser Zertifikat (**Our certificates** auf dieser Seite) als **Signature Certificate** hoch, haken Sie **Enable Single Logout** an und fügen Sie diese ein.',
    'A sign-out in Okta itself arrives here only where Okta was told to send it to the application: its API calls that `participateSlo`, and the address is the same.':
      'Eine Abmeldung bei Okta selbst kommt hier nur an, wenn Okta sie an die Anwendung senden soll: In seiner API heißt das `participateSlo`, und die Adresse ist dieselbe.',
    'A sign-out here goes on to the identity provider once its metadata names a logout address. Where you set this up later, bring its metadata back once more.':
      'Eine Abmeldung hier geht an den Identitätsanbieter weiter, sobald seine Metadaten eine Adresse für Abmeldungen nennen. Wenn Sie das später einrichten, bringen Sie seine Metadaten noch einmal zurück.',
    'Okta signs the response and the assertion; both are checked. If you turn on **Assertion Encryption**, turn on **Allow AES-CBC** in the options.':
      'Okta signiert die Antwort und die Assertion; beide werden geprüft. Wenn Sie **Assertion Encryption** einschalten, schalten Sie in den Optionen **Allow AES-CBC** ein.',
    'Set **Honor Force Authentication** to yes where applications ask for a fresh sign-in.':
      'Stellen Sie **Honor Force Authentication** auf Ja, wenn Anwendungen eine frische Anmeldung verlangen.',
    'Whoever signs out here is signed out here, whatever the identity provider answers. Our logout messages are signed with RSA-SHA256; one that comes unsigned ends nothing, and activity says so.':
      'Wer sich hier abmeldet, ist hier abgemeldet, was immer der Identitätsanbieter antwortet. Unsere Nachrichten zur Abmeldung sind mit RSA-SHA256 signiert; eine, die unsigniert kommt, beendet nichts, und die Aktivität sagt das.',
    '**Enterprise apps** > **New application**, then **Single sign-on** > **SAML**':
      '**Enterprise apps** > **New application**, dann **Single sign-on** > **SAML**',
    'Create an application of your own that is not in the gallery.':
      'Legen Sie eine eigene Anwendung an, die nicht im Katalog ist.',
    'Under **Basic SAML Configuration** paste these values and save.':
      'Fügen Sie diese Werte unter **Basic SAML Configuration** ein und speichern Sie.',
    'Leave **Attributes & Claims** as they are: e-mail address, names and `objectidentifier` are sent by default. For roles by group, add a group claim.':
      'Lassen Sie **Attributes & Claims**, wie sie sind: E-Mail-Adresse, Namen und `objectidentifier` werden von sich aus gesendet. Für Rollen nach Gruppen fügen Sie einen Gruppen-Claim hinzu.',
    'Under **SAML Certificates** copy the **App Federation Metadata Url** and paste it below.':
      'Kopieren Sie unter **SAML Certificates** die **App Federation Metadata Url** und fügen Sie sie unten ein.',
    'Under **Users and groups** assign yourself and whoever may sign in.':
      'Weisen Sie unter **Users and groups** sich selbst und alle zu, die sich anmelden dürfen.',
    'Entra ID sends and takes single logout by HTTP-Redirect alone. Under **App registrations** > the application > **Authentication** paste this.':
      'Entra ID sendet und empfängt Single Logout nur über HTTP-Redirect. Fügen Sie dies unter **App registrations** > die Anwendung > **Authentication** ein.',
    'Nothing else is needed: its metadata names its own logout address, and no certificate of ours is asked for.':
      'Mehr ist nicht nötig: Seine Metadaten nennen seine eigene Adresse für Abmeldungen, und nach einem Zertifikat von uns wird nicht gefragt.',
    'Recognise people by `http://schemas.microsoft.com/identity/claims/objectidentifier`, before the first of them signs in (`options.stableIdAttribute` in the API): e-mail addresses in Entra ID can be edited.':
      'Erkennen Sie Personen an `http://schemas.microsoft.com/identity/claims/objectidentifier`, bevor die erste sich anmeldet (`options.stableIdAttribute` in der API): E-Mail-Adressen lassen sich in Entra ID ändern.',
    'Groups arrive as object ids. With more than 150 groups Entra ID leaves the claim out: then let SCIM push the groups.':
      'Gruppen kommen als Objekt-IDs an. Bei mehr als 150 Gruppen lässt Entra ID den Claim weg: Lassen Sie dann SCIM die Gruppen übertragen.',
    'If you turn on **Token encryption**, set **Signing Option** to **Sign SAML response and assertion** and turn on **Allow AES-CBC** in the options.':
      'Wenn Sie **Token encryption** einschalten, stellen Sie **Signing Option** auf **Sign SAML response and assertion** und schalten Sie in den Optionen **Allow AES-CBC** ein.',
    'Give it a name and press **Continue**. Under **Google Identity Provider details** download the metadata: you paste the content of that file below, as XML.':
      'Geben Sie ihr einen Namen und klicken Sie auf **Continue**. Laden Sie unter **Google Identity Provider details** die Metadaten herunter: Den Inhalt dieser Datei fügen Sie unten als XML ein.',
    'Under **Service Provider Details** paste these values.':
      'Fügen Sie diese Werte unter **Service Provider Details** ein.',
    'Let the Name ID be the primary e-mail address, in the format of e-mail addresses.':
      'Die Name ID soll die primäre E-Mail-Adresse sein, im Format von E-Mail-Adressen.',
    'Send these attributes. Others are ignored, and the attribute mapping can read other names.':
      'Senden Sie diese Attribute. Andere werden ignoriert, und die Attributzuordnung kann andere Namen lesen.',
    'Turn it on': 'Einschalten',
    'Turn the app on for everyone, or for the units that may sign in: it is off at first.':
      'Schalten Sie die App für alle ein, oder für die Einheiten, die sich anmelden dürfen: Am Anfang ist sie aus.',
    'Google Workspace has no single logout for applications: **Service Provider Details** has no field for it. A sign-out here ends the session here, and a sign-out at Google does not arrive.':
      'Google Workspace hat kein Single Logout für Anwendungen: **Service Provider Details** hat kein Feld dafür. Eine Abmeldung hier beendet die Sitzung hier, und eine Abmeldung bei Google kommt nicht an.',
    'Google has no public metadata URL: when its certificate changes, paste the new XML here.':
      'Google hat keine öffentliche Adresse von Metadaten: Wenn sein Zertifikat wechselt, fügen Sie das neue XML hier ein.',
    'Whoever shares a computer signs out at Google as well: its session stays, and the next sign-in here goes straight through it.':
      'Wer einen Computer mit anderen teilt, meldet sich auch bei Google ab: Dessen Sitzung bleibt, und die nächste Anmeldung hier geht ohne Nachfrage hindurch.',
    '**Apps** > **Add App**, then the advanced custom connector for SAML':
      '**Apps** > **Add App**, dann der erweiterte eigene Connector für SAML',
    'On the tab **Configuration** paste these values.':
      'Fügen Sie diese Werte auf dem Reiter **Configuration** ein.',
    'The validator is a regular expression: put `^` before the address, `$` behind it, and a backslash before each dot.':
      'Der Validator ist ein regulärer Ausdruck: Setzen Sie `^` vor die Adresse, `$` dahinter und einen umgekehrten Schrägstrich vor jeden Punkt.',
    'Let the service provider be the one that initiates, and let the NameID have the format of e-mail addresses.':
      'Beginnen soll der Service Provider, und die NameID soll das Format von E-Mail-Adressen haben.',
    'On the tab **Parameters** send these, each included in the assertion. Others are ignored, and the attribute mapping can read other names.':
      'Senden Sie diese auf dem Reiter **Parameters**, jeden in die Assertion aufgenommen. Andere werden ignoriert, und die Attributzuordnung kann andere Namen lesen.',
    'On the tab **SSO** choose SHA-256 as the signature algorithm and copy the **Issuer URL**: it is the metadata URL.':
      'Wählen Sie auf dem Reiter **SSO** SHA-256 als Signaturalgorithmus und kopieren Sie die **Issuer URL**: Das ist die Adresse der Metadaten.',
    'On the tab **Access** give the application to roles.':
      'Geben Sie die Anwendung auf dem Reiter **Access** an Rollen.',
    'On the tab **Configuration** paste this, and let OneLogin sign what it sends about logout.':
      'Fügen Sie dies auf dem Reiter **Configuration** ein, und lassen Sie OneLogin signieren, was es über Abmeldungen sendet.',
    'Older certificates sign with SHA-1, which is refused.':
      'Ältere Zertifikate signieren mit SHA-1, was abgewiesen wird.',
    'If you turn on the encryption of assertions, let OneLogin sign the response as well, and turn on **Allow AES-CBC** in the options.':
      'Wenn Sie die Verschlüsselung von Assertions einschalten, lassen Sie OneLogin auch die Antwort signieren und schalten Sie in den Optionen **Allow AES-CBC** ein.',
    '**SSO Applications** > **Add New Application** > **Custom Application** > **Manage Single Sign-On (SSO)**, with SAML':
      '**SSO Applications** > **Add New Application** > **Custom Application** > **Manage Single Sign-On (SSO)**, mit SAML',
    'On the tab **SSO** paste these values, or give our metadata to **Upload Metadata**. The entity ID of JumpCloud’s own side is a name of your choice, such as your domain.':
      'Fügen Sie diese Werte auf dem Reiter **SSO** ein, oder geben Sie unsere Metadaten an **Upload Metadata**. Die Entity-ID auf der Seite von JumpCloud ist ein Name Ihrer Wahl, etwa Ihre Domain.',
    'Set **SAMLSubject NameID** to the e-mail address. Let JumpCloud sign the assertion, or the response, with RSA-SHA256.':
      'Stellen Sie **SAMLSubject NameID** auf die E-Mail-Adresse. Lassen Sie JumpCloud die Assertion oder die Antwort mit RSA-SHA256 signieren.',
    'Let its metadata declare the redirect endpoint, where there is such a choice.':
      'Seine Metadaten sollen den Redirect-Endpunkt angeben, wo es diese Wahl gibt.',
    'Press **Copy Metadata URL** and paste it below: it is read again every day. **Export Metadata** gives the same as a file, whose XML you can paste.':
      'Klicken Sie auf **Copy Metadata URL** und fügen Sie sie unten ein: Sie wird jeden Tag neu gelesen. **Export Metadata** gibt dasselbe als Datei, deren XML Sie einfügen können.',
    'Choose the user groups that may sign in.': 'Wählen Sie die Benutzergruppen, die sich anmelden dürfen.',
    'The public pages of JumpCloud show no field for single logout. Expect a sign-out here to end the session here alone; where its metadata names a logout address after all, a sign-out here goes on to it.':
      'Die öffentlichen Seiten von JumpCloud zeigen kein Feld für Single Logout. Rechnen Sie damit, dass eine Abmeldung hier nur die Sitzung hier beendet; wo seine Metadaten doch eine Adresse für Abmeldungen nennen, geht eine Abmeldung hier dorthin weiter.',
    '**Applications** > **Applications**, and there a new SAML application':
      '**Applications** > **Applications**, und dort eine neue SAML-Anwendung',
    'Enter the configuration by hand and paste these values.':
      'Geben Sie die Konfiguration von Hand ein und fügen Sie diese Werte ein.',
    'For **Signing key** take an RSA certificate and RSA_SHA256 or RSA_SHA512: signatures with ECDSA are refused.':
      'Nehmen Sie als **Signing key** ein RSA-Zertifikat und RSA_SHA256 oder RSA_SHA512: Signaturen mit ECDSA werden abgewiesen.',
    'On the tab **Configuration** copy the URL of its metadata, or download it.':
      'Kopieren Sie auf dem Reiter **Configuration** die Adresse seiner Metadaten, oder laden Sie sie herunter.',
    'Turn the application on, and give it to the groups that may sign in.':
      'Schalten Sie die Anwendung ein und geben Sie sie den Gruppen, die sich anmelden dürfen.',
    'PingOne does single logout both ways. On the tab **Configuration** paste these, choose redirect or POST as the binding, and give our certificate as the one that verifies.':
      'PingOne kann Single Logout in beide Richtungen. Fügen Sie diese auf dem Reiter **Configuration** ein, wählen Sie Redirect oder POST als Binding, und geben Sie unser Zertifikat als das prüfende an.',
    'If you turn on **Encryption**, sign the assertion and the response, and turn on **Allow AES-CBC** in the options.':
      'Wenn Sie **Encryption** einschalten, signieren Sie die Assertion und die Antwort, und schalten Sie in den Optionen **Allow AES-CBC** ein.',
    'Create the trust': 'Die Vertrauensstellung anlegen',
    'Choose **Import data about the relying party published online or on a local network** and paste our metadata address.':
      'Wählen Sie **Import data about the relying party published online or on a local network** und fügen Sie die Adresse unserer Metadaten ein.',
    'Under **Edit Claim Issuance Policy** press **Add Rule** and take **Send LDAP Attributes as Claims**: E-Mail-Addresses as E-Mail Address, Given-Name as Given Name, Surname as Surname.':
      'Klicken Sie unter **Edit Claim Issuance Policy** auf **Add Rule** und nehmen Sie **Send LDAP Attributes as Claims**: E-Mail-Addresses als E-Mail Address, Given-Name als Given Name, Surname als Surname.',
    'Add another one, **Transform an Incoming Claim**: **Incoming claim type** is E-Mail Address, **Outgoing claim type** is Name ID in the format of e-mail addresses. Without it AD FS answers `InvalidNameIDPolicy`.':
      'Fügen Sie noch eine hinzu, **Transform an Incoming Claim**: **Incoming claim type** ist E-Mail Address, **Outgoing claim type** ist Name ID im Format von E-Mail-Adressen. Ohne sie antwortet AD FS `InvalidNameIDPolicy`.',
    'From our metadata AD FS knows our certificate and encrypts by AES-CBC what it sends, which is refused at first. Switch that off: `Set-AdfsRelyingPartyTrust -TargetName NAME -EncryptClaims $false`. Or keep it, let AD FS sign the response as well: `Set-AdfsRelyingPartyTrust -TargetName NAME -SamlResponseSignature MessageAndAssertion`, and turn on **Allow AES-CBC** in the options.':
      'Aus unseren Metadaten kennt AD FS unser Zertifikat und verschlüsselt mit AES-CBC, was es sendet; das wird zunächst abgewiesen. Schalten Sie das ab: `Set-AdfsRelyingPartyTrust -TargetName NAME -EncryptClaims $false`. Oder lassen Sie es so, lassen Sie AD FS auch die Antwort signieren: `Set-AdfsRelyingPartyTrust -TargetName NAME -SamlResponseSignature MessageAndAssertion`, und schalten Sie in den Optionen **Allow AES-CBC** ein.',
    'Its metadata is at `https://<your federation server>/FederationMetadata/2007-06/FederationMetadata.xml`. Paste the address, or the XML where the server is not reachable from outside.':
      'Seine Metadaten stehen unter `https://<your federation server>/FederationMetadata/2007-06/FederationMetadata.xml`. Fügen Sie die Adresse ein, oder das XML, wo der Server von außen nicht erreichbar ist.',
    'Nothing more is needed where the trust was made from our metadata: our logout address and the certificate of our signatures came with it. In a trust that was made by hand, add an endpoint for SAML logout (POST or redirect) and our signing certificate.':
      'Mehr ist nicht nötig, wo die Vertrauensstellung aus unseren Metadaten entstand: Unsere Adresse für Abmeldungen und das Zertifikat unserer Signaturen kamen damit. In einer von Hand angelegten fügen Sie einen Endpunkt für SAML-Abmeldungen (POST oder Redirect) und unser Signaturzertifikat hinzu.',
    'AD FS signs the assertion by itself, and that is enough where nothing is encrypted.':
      'AD FS signiert die Assertion von sich aus, und das genügt, wo nichts verschlüsselt ist.',
    '**Clients** > **Create client**, with **Client type** SAML':
      '**Clients** > **Create client**, mit **Client type** SAML',
    'Create the client': 'Den Client anlegen',
    'Paste these values. Or take **Import client** with our metadata as a file, which fills in everything up to the attributes, and read on there.':
      'Fügen Sie diese Werte ein. Oder nehmen Sie **Import client** mit unseren Metadaten als Datei: Das füllt alles bis zu den Attributen aus, und Sie lesen dort weiter.',
    'Leave **Master SAML Processing URL** empty: sign-outs would be posted there as well.':
      'Lassen Sie **Master SAML Processing URL** leer: Abmeldungen würden sonst auch dorthin gesendet.',
    'On the tab **Advanced**, under **Fine Grain SAML Endpoint Configuration**, paste this.':
      'Fügen Sie dies auf dem Reiter **Advanced** unter **Fine Grain SAML Endpoint Configuration** ein.',
    'On the tab **Keys** turn **Client signature required** off, or import our certificate there, as it is in an imported client: **Sign our requests** is switched on here when the metadata of the realm, which asks for that, is first read.':
      'Schalten Sie auf dem Reiter **Keys** **Client signature required** aus, oder importieren Sie dort unser Zertifikat, wie es in einem importierten Client ist: **Sign our requests** wird hier eingeschaltet, wenn die Metadaten des Realms, die das verlangen, zum ersten Mal gelesen werden.',
    'Leave **Sign documents** on and turn **Sign assertions** on.':
      'Lassen Sie **Sign documents** an und schalten Sie **Sign assertions** ein.',
    'Leave **Encrypt assertions** off on the tab **Keys**, or on, as it is in a client that was imported from our metadata: what Keycloak chooses by itself there (AES-GCM, RSA-OAEP) is read. AES-CBC is read where the connection allows it, RSA 1.5 never.':
      'Lassen Sie **Encrypt assertions** auf dem Reiter **Keys** aus, oder an, wie es in einem aus unseren Metadaten importierten Client ist: Was Keycloak dort selbst wählt (AES-GCM, RSA-OAEP), wird gelesen. AES-CBC wird gelesen, wo die Verbindung es erlaubt, RSA 1.5 nie.',
    'On the tab **Client scopes** open the dedicated scope, whose name is that of the client with `-dedicated` behind it, and send these attributes: for each press **Configure a new mapper** (from the second on **Add mapper** > **By configuration**), take its type, and give it the name of the attribute as name and as SAML attribute name. Others are ignored, and the attribute mapping can read other names.':
      'Öffnen Sie auf dem Reiter **Client scopes** den eigenen Scope, der wie der Client heißt mit `-dedicated` dahinter, und senden Sie diese Attribute: Klicken Sie für jedes auf **Configure a new mapper** (ab dem zweiten auf **Add mapper** > **By configuration**), nehmen Sie seinen Typ, und geben Sie ihm den Namen des Attributs als Namen und als Namen des SAML-Attributs. Andere werden ignoriert, und die Attributzuordnung kann andere Namen lesen.',
    '**User Property**, its **Property** `id`': '**User Property**, seine **Property** `id`',
    '**User Property**, its **Property** `email`': '**User Property**, seine **Property** `email`',
    '**User Property**, its **Property** `firstName`': '**User Property**, seine **Property** `firstName`',
    '**User Property**, its **Property** `lastName`': '**User Property**, seine **Property** `lastName`',
    '**Group list** (optional), its **Group attribute name** `groups`, **Full group path** off: rules compare names exactly, and with the path they are called `/admins`':
      '**Group list** (freiwillig), sein **Group attribute name** `groups`, **Full group path** aus: Regeln vergleichen Namen genau, und mit dem Pfad heißen sie `/admins`',
    'Paste the metadata URL of your realm: `https://<your server>/realms/<realm>/protocol/saml/descriptor`.':
      'Fügen Sie die Adresse der Metadaten Ihres Realms ein: `https://<your server>/realms/<realm>/protocol/saml/descriptor`.',
    'On the tab **Advanced**, under **Fine Grain SAML Endpoint Configuration**, paste these. An imported client has them.':
      'Fügen Sie diese auf dem Reiter **Advanced** unter **Fine Grain SAML Endpoint Configuration** ein. Ein importierter Client hat sie.',
    'Turn **Front channel logout** off where Keycloak itself reaches these addresses: it then brings every sign-out by SOAP, a person’s own and an administrator’s. Where it is on, as in a client that was imported, a person’s own arrives by their browser, and an administrator’s does not arrive.':
      'Schalten Sie **Front channel logout** aus, wo Keycloak selbst diese Adressen erreicht: Dann bringt es jede Abmeldung über SOAP, die der Person wie die eines Administrators. Wo es an ist, wie in einem importierten Client, kommt die der Person über ihren Browser an, und die eines Administrators gar nicht.',
    'Leave **Sign documents** on for logout, too: a logout message that is not signed ends nothing here.':
      'Lassen Sie **Sign documents** auch für Abmeldungen an: Eine unsignierte Nachricht zur Abmeldung beendet hier nichts.',
    'Keycloak names people by their user name unless told otherwise. Where those can change, recognise people by `id`, before the first of them signs in (`options.stableIdAttribute` in the API).':
      'Keycloak benennt Personen nach ihrem Benutzernamen, wenn nichts anderes gesagt ist. Wo sich diese ändern können, erkennen Sie Personen an `id`, bevor die erste sich anmeldet (`options.stableIdAttribute` in der API).',
    'wherever your identity provider adds a SAML 2.0 application':
      'wo immer Ihr Identitätsanbieter eine SAML-2.0-Anwendung hinzufügt',
    'Paste these values, or our metadata where it can be read.':
      'Fügen Sie diese Werte ein, oder unsere Metadaten, wo sie gelesen werden können.',
    'Sign the assertion or the response, with RSA-SHA256 or better. RSA-PSS with SHA-256 is read; ECDSA and other forms of RSA-PSS are refused.':
      'Signieren Sie die Assertion oder die Antwort mit RSA-SHA256 oder besser. RSA-PSS mit SHA-256 wird gelesen; ECDSA und andere Formen von RSA-PSS werden abgewiesen.',
    'NameID: persistent is best, and asked for; an e-mail address is accepted. One that is transient names nobody: choose a stable-id attribute, or another format.':
      'NameID: dauerhaft ist am besten, und so wird gefragt; eine E-Mail-Adresse wird angenommen. Eine flüchtige benennt niemanden: Wählen Sie ein stabiles Attribut oder ein anderes Format.',
    'an id that never changes': 'eine ID, die sich nie ändert',
    'e-mail address': 'E-Mail-Adresse',
    'given name': 'Vorname',
    'family name': 'Nachname',
    'names of groups (optional)': 'Namen von Gruppen (freiwillig)',
    'As a URL, as XML, or by hand: entity ID, sign-in address, certificate.':
      'Als Adresse, als XML oder von Hand: Entity-ID, Anmeldeadresse, Zertifikat.',
    'Paste these as single logout service, or let it read our metadata, which has them and the certificate of our signatures. Messages come and go signed.':
      'Fügen Sie diese als Single Logout Service ein, oder lassen Sie unsere Metadaten lesen, die sie und das Zertifikat unserer Signaturen enthalten. Nachrichten gehen und kommen signiert.',
    'Our own logout messages go by a browser. An identity provider whose metadata names a logout address by SOAP alone is not told of a sign-out here; what it brings by SOAP is taken.':
      'Unsere eigenen Nachrichten zur Abmeldung gehen durch einen Browser. Ein Identitätsanbieter, dessen Metadaten nur eine Adresse für SOAP nennen, erfährt von einer Abmeldung hier nicht; was er über SOAP bringt, wird angenommen.',
    'Switch on that it signs logout messages (SimpleSAMLphp: `sign.logout`): what is not signed ends nothing here.':
      'Schalten Sie ein, dass er Nachrichten zur Abmeldung signiert (SimpleSAMLphp: `sign.logout`): Was nicht signiert ist, beendet hier nichts.',
    'Where requests come from the identity provider (a click on a tile), a sign-in of ours begins: nothing needs to be set for it.':
      'Wo Anfragen vom Identitätsanbieter ausgehen (ein Klick auf eine Kachel), beginnt eine Anmeldung von uns: Dafür muss nichts eingestellt werden.',
    'Keep the grant type of authorization codes and paste this.':
      'Lassen Sie die Art mit Autorisierungscodes und fügen Sie dies ein.',
    'Under **Assignments** choose who may sign in.':
      'Wählen Sie unter **Assignments**, wer sich anmelden darf.',
    'Bring back its id and secret': 'Ihre ID und ihr Secret zurückbringen',
    'On the tab **General**, under **Client Credentials**, are **Client ID** and **Client secret**. **Okta domain** below is that of your Okta organization, such as `acme.okta.com`; of an authorization server of your own take the issuer, as another issuer.':
      'Auf dem Reiter **General** stehen unter **Client Credentials** **Client ID** und **Client secret**. **Okta domain** unten ist die Ihrer Okta-Organisation, etwa `acme.okta.com`; von einem eigenen Autorisierungsserver nehmen Sie den Issuer, als anderen Issuer.',
    'Enter them below, with the secret as it is shown.':
      'Geben Sie sie unten ein, das Secret so, wie es gezeigt wird.',
    'A sign-out here goes on to the issuer where its discovery document has an `end_session_endpoint`. The person ends on a page of the issuer.':
      'Eine Abmeldung hier geht an den Issuer weiter, wo sein Discovery-Dokument einen `end_session_endpoint` hat. Die Person endet auf einer Seite des Issuers.',
    'A sign-out there does not arrive here by itself: the session here ends by its own time, or when the person is deactivated.':
      'Eine Abmeldung dort kommt hier nicht von selbst an: Die Sitzung hier endet nach ihrer eigenen Zeit, oder wenn die Person deaktiviert wird.',
    'For roles by group, let Okta send a claim `groups` in the ID token, and ask for the scope `groups` where your authorization server has it (`oidc.scopes` in the API).':
      'Für Rollen nach Gruppen lassen Sie Okta einen Claim `groups` im ID-Token senden und verlangen den Scope `groups`, wo Ihr Autorisierungsserver ihn hat (`oidc.scopes` in der API).',
    'Client authentication is by a client secret (basic or post), or none for a public client. `private_key_jwt` is not done: an issuer that takes nothing else is refused when it is entered.':
      'Der Client weist sich mit einem Client-Secret aus (basic oder post), oder als öffentlicher Client gar nicht. `private_key_jwt` gibt es nicht: Ein Issuer, der nichts anderes nimmt, wird bei der Eingabe abgewiesen.',
    'Let it be for accounts of this one directory.': 'Sie soll für Konten dieses einen Verzeichnisses sein.',
    'Under **Authentication** > **Platform configurations** choose **Web** and paste this. It is also the address that people come back to after signing out.':
      'Wählen Sie unter **Authentication** > **Platform configurations** **Web** und fügen Sie dies ein. Es ist auch die Adresse, an die Personen nach der Abmeldung zurückkommen.',
    'Under **Certificates & secrets** > **Client secrets** make a secret, and copy it at once: it is shown in full this one time, and the id beside it is another thing. It ends after two years at most: replace it before.':
      'Erstellen Sie unter **Certificates & secrets** > **Client secrets** ein Secret und kopieren Sie es sofort: Es wird nur dieses eine Mal ganz gezeigt, und die ID daneben ist etwas anderes. Es endet nach höchstens zwei Jahren: Ersetzen Sie es vorher.',
    'On **Overview** are **Application (client) ID** and **Directory (tenant) ID**, which is asked for below. Who may sign in is said under **Enterprise apps** > the application > **Users and groups**.':
      'Auf **Overview** stehen **Application (client) ID** und **Directory (tenant) ID**, nach der unten gefragt wird. Wer sich anmelden darf, steht unter **Enterprise apps** > die Anwendung > **Users and groups**.',
    'A sign-out here goes on to the issuer where its discovery document has an `end_session_endpoint`. Entra ID has one, and the person comes back here.':
      'Eine Abmeldung hier geht an den Issuer weiter, wo sein Discovery-Dokument einen `end_session_endpoint` hat. Entra ID hat einen, und die Person kommt hierher zurück.',
    'Entra ID brings no logout tokens: it has front-channel logout alone, which is not done here. A sign-out there does not arrive.':
      'Entra ID bringt keine Logout-Tokens: Es hat nur Front-Channel-Logout, den es hier nicht gibt. Eine Abmeldung dort kommt nicht an.',
    'The issuer of all tenants (`common`) is refused: anybody with a Microsoft account could sign in.':
      'Der Issuer aller Mandanten (`common`) wird abgewiesen: Jeder mit einem Microsoft-Konto könnte sich anmelden.',
    'For roles by group, press **Add groups claim** under **Token configuration**. Groups arrive as object ids; with more than 200 Entra ID sends a reference in their place, and roles stay as they are.':
      'Für Rollen nach Gruppen klicken Sie unter **Token configuration** auf **Add groups claim**. Gruppen kommen als Objekt-IDs an; bei mehr als 200 sendet Entra ID an ihrer Stelle einen Verweis, und Rollen bleiben, wie sie sind.',
    'Applications that ask for a fresh sign-in need the claim `auth_time` in the ID token: **Token configuration** > **Add optional claim**.':
      'Anwendungen, die eine frische Anmeldung verlangen, brauchen den Claim `auth_time` im ID-Token: **Token configuration** > **Add optional claim**.',
    'the credentials of a project in the Google Cloud console: **OAuth client ID**, **Web application**':
      'die Anmeldedaten eines Projekts in der Google Cloud Console: **OAuth client ID**, **Web application**',
    'Make the **OAuth consent screen** internal: then nobody outside of your organization gets a token.':
      'Machen Sie den **OAuth consent screen** intern: Dann bekommt niemand außerhalb Ihrer Organisation ein Token.',
    'Paste this.': 'Fügen Sie dies ein.',
    'The client id and its secret are shown when the client is made.':
      'Die Client-ID und ihr Secret werden gezeigt, wenn der Client angelegt wird.',
    'Google has no sign-out for clients: a sign-out here ends the session here, and a sign-out at Google does not arrive.':
      'Google hat keine Abmeldung für Clients: Eine Abmeldung hier beendet die Sitzung hier, und eine Abmeldung bei Google kommt nicht an.',
    'A private Google account is refused: it names no organization (`hd`).':
      'Ein privates Google-Konto wird abgewiesen: Es nennt keine Organisation (`hd`).',
    'Google sends no groups: give roles here, or provision them from another directory.':
      'Google sendet keine Gruppen: Geben Sie Rollen hier, oder lassen Sie sie aus einem anderen Verzeichnis bereitstellen.',
    'On the tab **Configuration** paste this and press **Save**.':
      'Fügen Sie dies auf dem Reiter **Configuration** ein und klicken Sie auf **Save**.',
    'On the tab **SSO** are **Client ID**, **Client Secret** and the issuer.':
      'Auf dem Reiter **SSO** stehen **Client ID**, **Client Secret** und der Issuer.',
    'On the tab **SSO** paste this, choose client authentication by a secret, and tick the standard scopes for e-mail and profile.':
      'Fügen Sie dies auf dem Reiter **SSO** ein, wählen Sie, dass der Client sich mit einem Secret ausweist, und haken Sie die Standard-Scopes für E-Mail und Profil an.',
    'The client id and the secret are shown when the application is activated.':
      'Die Client-ID und das Secret werden gezeigt, wenn die Anwendung aktiviert wird.',
    '**Applications** > **Applications**, and there a new OIDC web application':
      '**Applications** > **Applications**, und dort eine neue OIDC-Webanwendung',
    'On the tab **Configuration** set **Response Type** to code, **Grant Type** to authorization code, **Token Endpoint Authentication Method** to client secret basic or post, and paste this.':
      'Stellen Sie auf dem Reiter **Configuration** **Response Type** auf Code, **Grant Type** auf Autorisierungscode, **Token Endpoint Authentication Method** auf Client-Secret basic oder post, und fügen Sie dies ein.',
    '**PKCE Enforcement** may be required: it is sent, with S256.':
      '**PKCE Enforcement** darf verlangt werden: PKCE wird gesendet, mit S256.',
    'On the tab **Configuration** are **Client ID**, **Client Secret** and, among its URLs, the issuer.':
      'Auf dem Reiter **Configuration** stehen **Client ID**, **Client Secret** und, unter seinen URLs, der Issuer.',
    '**AD FS Management** > **Application Groups** > **Add Application Group**, with a server application and a web API':
      '**AD FS Management** > **Application Groups** > **Add Application Group**, mit einer Serveranwendung und einer Web-API',
    'Paste this, and let the server application have a shared secret. The identifier of the web API is the client identifier.':
      'Fügen Sie dies ein und geben Sie der Serveranwendung ein gemeinsames Secret. Der Bezeichner der Web-API ist der des Clients.',
    'Permit the scopes `openid`, `profile` and `email` to it. For the address of a person in the ID token, give the web API an **Issuance Transform Rules** entry, **Send LDAP Attributes as Claims**, and permit the scope `allatclaims`, which the connection then asks for as well (`oidc.scopes` in the API).':
      'Erlauben Sie ihr die Scopes `openid`, `profile` und `email`. Für die Adresse einer Person im ID-Token geben Sie der Web-API einen Eintrag **Issuance Transform Rules**, **Send LDAP Attributes as Claims**, und erlauben den Scope `allatclaims`, den die Verbindung dann auch verlangt (`oidc.scopes` in der API).',
    '**Client Identifier** is the client id. The issuer is `https://<your federation server>/adfs`.':
      '**Client Identifier** ist die Client-ID. Der Issuer ist `https://<your federation server>/adfs`.',
    '**Clients** > **Create client**, with **Client type** OpenID Connect':
      '**Clients** > **Create client**, mit **Client type** OpenID Connect',
    'Choose a **Client ID**, such as `single-sign-on`, turn **Client authentication** on, and paste this. It is also the address that people come back to after signing out.':
      'Wählen Sie eine **Client ID**, etwa `single-sign-on`, schalten Sie **Client authentication** ein und fügen Sie dies ein. Es ist auch die Adresse, an die Personen nach der Abmeldung zurückkommen.',
    'Leave **ID token signature algorithm** as it is: RS256. HS256 is refused, because its secret would have to be shared.':
      'Lassen Sie **ID token signature algorithm**, wie er ist: RS256. HS256 wird abgewiesen, weil sein Secret geteilt werden müsste.',
    'The client ID is the one that you chose. On the tab **Credentials** is **Client Secret**. The issuer is `https://<your server>/realms/<realm>`; the address of **OpenID Endpoint Configuration** in the settings of the realm does as well.':
      'Die Client-ID ist die, die Sie gewählt haben. Auf dem Reiter **Credentials** steht **Client Secret**. Der Issuer ist `https://<your server>/realms/<realm>`; die Adresse von **OpenID Endpoint Configuration** in den Einstellungen des Realms geht ebenso.',
    'A sign-out here goes on to the issuer where its discovery document has an `end_session_endpoint`. Keycloak has one, and the person comes back here.':
      'Eine Abmeldung hier geht an den Issuer weiter, wo sein Discovery-Dokument einen `end_session_endpoint` hat. Keycloak hat einen, und die Person kommt hierher zurück.',
    'The other way, the issuer brings a logout token. In the settings of the client turn **Front channel logout** off, which is on at first: only then the field for this address is shown.':
      'In der anderen Richtung bringt der Issuer ein Logout-Token. Schalten Sie in den Einstellungen des Clients **Front channel logout** aus, das am Anfang an ist: Erst dann wird das Feld für diese Adresse gezeigt.',
    'Leave **Backchannel logout session required** on, so that a sign-out ends the one session that it means, and press **Save**: then a sign-out in Keycloak, also by an administrator, ends the session here.':
      'Lassen Sie **Backchannel logout session required** an, damit eine Abmeldung die eine gemeinte Sitzung beendet, und klicken Sie auf **Save**: Dann beendet eine Abmeldung bei Keycloak, auch durch einen Administrator, die Sitzung hier.',
    'People made by an administrator are unverified at first, and their address is then not used: set **Email verified** under **Users** > the person.':
      'Von einem Administrator angelegte Personen sind zunächst unbestätigt, und ihre Adresse wird dann nicht verwendet: Setzen Sie **Email verified** unter **Users** > die Person.',
    'For roles by group, add a mapper **Group Membership** to the dedicated scope of the client, under **Client scopes**: token claim name `groups`, **Full group path** off. With the path groups are called `/admins`, and rules compare names exactly.':
      'Für Rollen nach Gruppen fügen Sie dem eigenen Scope des Clients unter **Client scopes** einen Mapper **Group Membership** hinzu: Name des Claims im Token `groups`, **Full group path** aus. Mit dem Pfad heißen Gruppen `/admins`, und Regeln vergleichen Namen genau.',
    'wherever your identity provider registers a client of OpenID Connect':
      'wo immer Ihr Identitätsanbieter einen Client für OpenID Connect registriert',
    'Register a confidential client for the authorization code flow and paste this.':
      'Registrieren Sie einen vertraulichen Client für den Ablauf mit Autorisierungscode und fügen Sie dies ein.',
    'Let it sign ID tokens with RS256, or with PS256, ES256 or EdDSA. HS256 and `none` are refused.':
      'Lassen Sie ID-Tokens mit RS256 signieren, oder mit PS256, ES256 oder EdDSA. HS256 und `none` werden abgewiesen.',
    'Client id, client secret, and the issuer or the address of its discovery document.':
      'Client-ID, Client-Secret und den Issuer oder die Adresse seines Discovery-Dokuments.',
    'The other way, the issuer brings a logout token to this address.':
      'In der anderen Richtung bringt der Issuer ein Logout-Token an diese Adresse.',
    'Logout tokens are taken by `sid`, by `sub`, or by both.':
      'Logout-Tokens werden mit `sid`, mit `sub` oder mit beiden angenommen.',
    'For roles by group, let it send the claim `groups`. The scope `groups` is asked for where the issuer lists it (Dex, LemonLDAP::NG); where it has another name, give the scopes of the connection yourself (`oidc.scopes` in the API).':
      'Für Rollen nach Gruppen lassen Sie den Claim `groups` senden. Der Scope `groups` wird verlangt, wo der Issuer ihn aufführt (Dex, LemonLDAP::NG); wo er anders heißt, geben Sie die Scopes der Verbindung selbst an (`oidc.scopes` in der API).',
    'your SAML application > **General** > **Edit** > **Provisioning**: **SCIM**, then the tab **Provisioning**':
      'Ihre SAML-Anwendung > **General** > **Edit** > **Provisioning**: **SCIM**, dann der Reiter **Provisioning**',
    '1. Connect and test': '1. Verbinden und testen',
    'Create an API key on this page. It is shown once.':
      'Erstellen Sie auf dieser Seite einen API-Schlüssel. Er wird einmal gezeigt.',
    'On **Provisioning** > **Integration** press **Edit** and fill in. **Authentication Mode** is **HTTP Header**, and the field of the unique identifier for users is `userName`.':
      'Klicken Sie auf **Provisioning** > **Integration** auf **Edit** und füllen Sie aus. **Authentication Mode** ist **HTTP Header**, und das Feld für den eindeutigen Bezeichner von Benutzern ist `userName`.',
    'Under **Supported provisioning actions** tick **Push New Users**, **Push Profile Updates** and **Push Groups**.':
      'Haken Sie unter **Supported provisioning actions** **Push New Users**, **Push Profile Updates** und **Push Groups** an.',
    'Test the configuration of the connector, then press **Save**. Keep this page open: the step lights up when the request arrives.':
      'Testen Sie die Konfiguration des Connectors und klicken Sie dann auf **Save**. Lassen Sie diese Seite offen: Der Schritt leuchtet auf, wenn die Anfrage ankommt.',
    '2. Review and enable': '2. Prüfen und einschalten',
    'On **Provisioning** > **To App** press **Edit** and tick **Create Users**, **Update User Attributes** and **Deactivate Users**. Leave **Sync Password** off, and press **Save**.':
      'Klicken Sie auf **Provisioning** > **To App** auf **Edit** und haken Sie **Create Users**, **Update User Attributes** und **Deactivate Users** an. Lassen Sie **Sync Password** aus und klicken Sie auf **Save**.',
    'The attribute mappings further down on that tab need no change.':
      'Die Attributzuordnungen weiter unten auf jenem Reiter brauchen keine Änderung.',
    '3. Assign': '3. Zuweisen',
    'On **Assignments** assign people or groups: their accounts are created at once.':
      'Weisen Sie auf **Assignments** Personen oder Gruppen zu: Ihre Konten werden sofort angelegt.',
    'On **Push Groups** push the groups that should give roles. Do not use one group for both: assign the application by some groups and push others, as Okta advises.':
      'Übertragen Sie auf **Push Groups** die Gruppen, die Rollen geben sollen. Nehmen Sie nicht eine Gruppe für beides: Weisen Sie die Anwendung über manche Gruppen zu und übertragen Sie andere, wie Okta es rät.',
    'Unassign somebody: the account is deactivated at once and signed out.':
      'Heben Sie eine Zuweisung auf: Das Konto wird sofort deaktiviert und abgemeldet.',
    'Okta deactivates and does not delete. Unpushing a group offers to delete it here or to leave it.':
      'Okta deaktiviert und löscht nicht. Wird eine Gruppe nicht mehr übertragen, bietet es an, sie hier zu löschen oder zu lassen.',
    'Where the product is listed in Okta’s catalogue of applications, the Okta Integration Network (OIN), add it from there instead of creating an application. It asks for the same address and key.':
      'Wo das Produkt in Oktas Katalog von Anwendungen steht, dem Okta Integration Network (OIN), fügen Sie es von dort hinzu, statt eine Anwendung anzulegen. Es fragt nach derselben Adresse und demselben Schlüssel.',
    '**Enterprise apps** > your application > **Provisioning** > **New configuration**':
      '**Enterprise apps** > Ihre Anwendung > **Provisioning** > **New configuration**',
    'Under **Admin Credentials** fill in, press **Test Connection**, then **Create**.':
      'Füllen Sie **Admin Credentials** aus, klicken Sie auf **Test Connection**, dann auf **Create**.',
    'Keep this page open: the step lights up when the request arrives.':
      'Lassen Sie diese Seite offen: Der Schritt leuchtet auf, wenn die Anfrage ankommt.',
    'Under **Attribute Mapping** the defaults fit. `userPrincipalName` goes to `userName`, `objectId` may go to `externalId` in place of `mailNickname`.':
      'Unter **Attribute Mapping** passen die Vorgaben. `userPrincipalName` geht nach `userName`, `objectId` darf anstelle von `mailNickname` nach `externalId` gehen.',
    'Leave the actions on the target as they are: create, update and delete.':
      'Lassen Sie die Aktionen am Ziel, wie sie sind: anlegen, ändern und löschen.',
    'Under **Users and groups** assign people and groups; keep the scope at what is assigned.':
      'Weisen Sie unter **Users and groups** Personen und Gruppen zu; lassen Sie den Umfang bei dem, was zugewiesen ist.',
    'Provision one person on demand to see them at once, then press **Start Provisioning** on the overview. Entra ID works in cycles of about 40 minutes.':
      'Stellen Sie eine Person auf Abruf bereit, um sie sofort zu sehen, und klicken Sie dann in der Übersicht auf **Start Provisioning**. Entra ID arbeitet in Zyklen von etwa 40 Minuten.',
    'A key that is refused puts the job into quarantine: stop provisioning there before you revoke a key or switch back to manual.':
      'Ein abgewiesener Schlüssel stellt den Auftrag unter Quarantäne: Halten Sie die Bereitstellung dort an, bevor Sie einen Schlüssel widerrufen oder zu manuell zurückwechseln.',
    'Who is deleted in Entra ID is deactivated first, and deleted 30 days later.':
      'Wer in Entra ID gelöscht wird, wird zuerst deaktiviert und 30 Tage später gelöscht.',
    '**Apps** > **Add App**, then the SCIM provisioner with SAML (SCIM v2 Enterprise)':
      '**Apps** > **Add App**, dann der SCIM-Provisioner mit SAML (SCIM v2 Enterprise)',
    'On the tab **Configuration** fill in. No custom headers are needed.':
      'Füllen Sie den Reiter **Configuration** aus. Eigene Header sind nicht nötig.',
    'Enable the connection to the API. Keep this page open: the step lights up when the request arrives.':
      'Aktivieren Sie die Verbindung zur API. Lassen Sie diese Seite offen: Der Schritt leuchtet auf, wenn die Anfrage ankommt.',
    'On the tab **Provisioning** tick **Enable provisioning**. Under **Require admin approval before this action** untick what should happen by itself.':
      'Haken Sie auf dem Reiter **Provisioning** **Enable provisioning** an. Nehmen Sie unter **Require admin approval before this action** die Haken weg bei dem, was von selbst geschehen soll.',
    'Set **When users are deleted in OneLogin** to **Suspend** or **Delete**; both take the person out at once.':
      'Stellen Sie **When users are deleted in OneLogin** auf **Suspend** oder **Delete**; beides nimmt die Person sofort heraus.',
    'Give the application to users or roles (**Access**). To push groups by rules, include the groups on the tab **Parameters** in user provisioning.':
      'Geben Sie die Anwendung Benutzern oder Rollen (**Access**). Um Gruppen nach Regeln zu übertragen, nehmen Sie die Gruppen auf dem Reiter **Parameters** in die Bereitstellung auf.',
    'your application > **Identity Management**': 'Ihre Anwendung > **Identity Management**',
    'Choose SCIM 2.0, fill in, and give the address of a person who is not in use as that of the test user.':
      'Wählen Sie SCIM 2.0, füllen Sie aus, und geben Sie als Testbenutzer die Adresse einer Person an, die nicht verwendet wird.',
    'Test the connection: JumpCloud makes a person and a group, and deletes or deactivates them. Keep this page open: the step lights up when the request arrives.':
      'Testen Sie die Verbindung: JumpCloud legt eine Person und eine Gruppe an und löscht oder deaktiviert sie. Lassen Sie diese Seite offen: Der Schritt leuchtet auf, wenn die Anfrage ankommt.',
    'Turn on the management of groups where they should give roles, then activate it.':
      'Schalten Sie die Verwaltung von Gruppen ein, wo sie Rollen geben sollen, und aktivieren Sie sie dann.',
    'Choose the user groups whose people should have accounts.':
      'Wählen Sie die Benutzergruppen, deren Personen Konten haben sollen.',
    'Fill in. **Authentication Method** is **OAuth 2 Bearer Token**, **Users Resource** `/Users`, **Groups Resource** `/Groups`, and the filter for users `userName Eq "%s"`.':
      'Füllen Sie aus. **Authentication Method** ist **OAuth 2 Bearer Token**, **Users Resource** `/Users`, **Groups Resource** `/Groups`, und der Filter für Benutzer `userName Eq "%s"`.',
    'Press **Test connection**. Keep this page open: the step lights up when the request arrives.':
      'Klicken Sie auf **Test connection**. Lassen Sie diese Seite offen: Der Schritt leuchtet auf, wenn die Anfrage ankommt.',
    'Allow it to create, update and disable, and let a removal disable or delete.':
      'Erlauben Sie, anzulegen, zu ändern und zu deaktivieren, und lassen Sie ein Entfernen deaktivieren oder löschen.',
    'Turn the connection on, add a rule with PingOne as source, and keep its attribute mapping.':
      'Schalten Sie die Verbindung ein, fügen Sie eine Regel mit PingOne als Quelle hinzu, und behalten Sie deren Attributzuordnung.',
    'In the rule choose whom to provision (its filter for users), and which groups to send.':
      'Wählen Sie in der Regel, wer bereitgestellt wird (ihr Filter für Benutzer) und welche Gruppen gesendet werden.',
    'a SCIM client extension for Keycloak: Keycloak itself sends none':
      'eine SCIM-Client-Erweiterung für Keycloak: Keycloak selbst sendet kein SCIM',
    'In the extension’s settings of your realm fill in; authentication is a bearer token.':
      'Füllen Sie in Ihrem Realm die Einstellungen der Erweiterung aus; ausgewiesen wird sich mit einem Bearer-Token.',
    'Turn on propagation of users, and of groups where they should give roles.':
      'Schalten Sie die Weitergabe von Benutzern ein, und von Gruppen, wo sie Rollen geben sollen.',
    'Start a first synchronisation, or change a person: the request arrives here.':
      'Starten Sie eine erste Synchronisierung, oder ändern Sie eine Person: Die Anfrage kommt hier an.',
    'Which requests are sent depends on the extension. If something is refused, Activity says what and why.':
      'Welche Anfragen gesendet werden, hängt von der Erweiterung ab. Wenn etwas abgewiesen wird, sagt die Aktivität, was und warum.',
    'wherever your identity provider adds provisioning by SCIM 2.0':
      'wo immer Ihr Identitätsanbieter die Bereitstellung mit SCIM 2.0 hinzufügt',
    'Fill in. The key is sent as `Authorization: Bearer`. Providers that fetch a token use an OAuth client instead, which you register on this page.':
      'Füllen Sie aus. Der Schlüssel wird als `Authorization: Bearer` gesendet. Anbieter, die ein Token abholen, verwenden stattdessen einen OAuth-Client, den Sie auf dieser Seite registrieren.',
    'Test the connection. Keep this page open: the step lights up when the request arrives.':
      'Testen Sie die Verbindung. Lassen Sie diese Seite offen: Der Schritt leuchtet auf, wenn die Anfrage ankommt.',
    'Send at least `userName`, `name.givenName`, `name.familyName`, `emails` and `active`. Matching is by `userName`, then `externalId`.':
      'Senden Sie mindestens `userName`, `name.givenName`, `name.familyName`, `emails` und `active`. Zugeordnet wird nach `userName`, dann `externalId`.',
    'Assign people and push groups.': 'Weisen Sie Personen zu und übertragen Sie Gruppen.',
    'The key’s profile **Automatic** accepts what all common providers send. **Strict (RFC 7643, 7644)** follows these to the letter, **Interoperability profile** the draft of that name as well.':
      'Das Profil **Automatic** des Schlüssels nimmt an, was alle üblichen Anbieter senden. **Strict (RFC 7643, 7644)** folgt diesen Buchstabe für Buchstabe, **Interoperability profile** auch dem Entwurf dieses Namens.',
    'Google Workspace offers no outbound SCIM for custom applications: keep manual provisioning, where accounts are created at the first sign-in, or provision from another directory.':
      'Google Workspace bietet kein ausgehendes SCIM für eigene Anwendungen: Bleiben Sie bei manueller Bereitstellung, bei der Konten mit der ersten Anmeldung entstehen, oder lassen Sie aus einem anderen Verzeichnis bereitstellen.',
    'AD FS sends no SCIM. Where its directory is synchronised to Entra ID, provision from there; otherwise keep manual provisioning.':
      'AD FS sendet kein SCIM. Wo sein Verzeichnis mit Entra ID synchronisiert wird, lassen Sie von dort bereitstellen; sonst bleiben Sie bei manueller Bereitstellung.',
    'the field for the audience (entity ID)': 'das Feld für die Audience (Entity-ID)',
    'the field for the ACS (consumer) URL': 'das Feld für die ACS-URL (Consumer)',
    'the field for the validator of the ACS URL': 'das Feld für den Validator der ACS-URL',
    'the field for the single logout URL': 'das Feld für die URL des Single Logout',
    'the field for the entity ID': 'das Feld für die Entity-ID',
    'the field for the SLO endpoint': 'das Feld für den SLO-Endpunkt',
    'the field for the SLO response endpoint': 'das Feld für den Endpunkt von SLO-Antworten',
    'the endpoint for SAML logout': 'der Endpunkt für SAML-Abmeldungen',
    'ACS URL, recipient, destination': 'ACS-URL, Empfänger, Ziel',
    'Entity ID, audience': 'Entity-ID, Audience',
    Metadata: 'Metadaten',
    'Logout by HTTP-Redirect or HTTP-POST, and its response':
      'Abmeldung über HTTP-Redirect oder HTTP-POST, und ihre Antwort',
    'Logout by SOAP': 'Abmeldung über SOAP',
    'the field for redirect URIs': 'das Feld für Weiterleitungs-URIs',
    'the field for the bearer token': 'das Feld für das Bearer-Token',
    'the field for the base URL': 'das Feld für die Basis-URL',
    'the field for the token': 'das Feld für das Token',
    'the field for the endpoint': 'das Feld für den Endpunkt',
    'OAuth 2.0 token endpoint': 'Token-Endpunkt von OAuth 2.0',
    'Bearer token': 'Bearer-Token',
    'Base URL': 'Basis-URL',
    'Back-channel logout URI': 'Back-Channel-Logout-URI',
  },
}
