// The room `console/security/connections`: parts of the screens of single sign-on, from taking in metadata to enabling. What a connection
// may become is decided by the service.
//
// 1. `saml-set-up` and `oidc-set-up` are the steps; the guides say what goes over there; `certificates` are ours.
// 2. `metadata-form` or `oidc-form` takes in the identity provider; `metadata-preview` shows what was read.
// 3. `test-and-enable` tries a sign-in that changes nothing, then enables the connection.
// 4. `anchor-panel` shows what is trusted, and what waits beside it.
//
// Takes in an identity provider: by URL, by XML, or by hand; shows what was read before anything is kept.

import { SegmentedControl, Text, Textarea, TextInput } from '@mantine/core'
import { type ChangeEvent, type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Form } from '../../ui/form.tsx'
import { Failure, Note } from '../../ui/note.tsx'
import { MetadataPreview } from './metadata-preview.tsx'

/** Where the description of an identity provider comes from: its address, its XML, or the three facts by hand. */
export interface Source {
  readonly metadataUrl?: string
  readonly metadataXml?: string
  readonly entityId?: string
  readonly ssoUrl?: string
  readonly certificates?: string[]
}

const ways = ['url', 'xml', 'hand'] as const
type Way = (typeof ways)[number]
const wayWords = { url: 'sso.wayUrl', xml: 'sso.wayXml', hand: 'sso.wayHand' } as const

const nothing = { url: '', xml: '', entityId: '', ssoUrl: '', certificate: '' }
type Texts = typeof nothing
/** Which texts each way asks for. */
const asked = { url: ['url'], xml: ['xml'], hand: ['entityId', 'ssoUrl', 'certificate'] } as const

function toSource(way: Way, texts: Texts): Source {
  if (way === 'url') return { metadataUrl: texts.url.trim() }
  if (way === 'xml') return { metadataXml: texts.xml }
  const { entityId, ssoUrl, certificate } = texts
  return {
    entityId: entityId.trim(),
    ssoUrl: ssoUrl.trim(),
    certificates: splitCertificates(certificate),
  }
}

/** Reads what is filled in, shows it, and gives it to `keep` when it is sent once more. */
export function MetadataForm(props: {
  readonly act: string
  readonly keep: (source: Source) => Promise<unknown>
}): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const [way, setWay] = useState<Way>('url')
  const [texts, setTexts] = useState(nothing)
  const [keepError, setKeepError] = useState<unknown>(null)
  const [isKeeping, setKeeping] = useState(false)
  const preview = useChange('previewConnection', [])
  const isFilled = asked[way].every((field) => texts[field].trim() !== '')
  const hasRead = preview.data !== undefined
  const change = (work: () => void): void => {
    work()
    preview.reset()
    setKeepError(null)
  }
  const keep = async (): Promise<void> => {
    setKeeping(true)
    setKeepError(null)
    try {
      await props.keep(toSource(way, texts))
    } catch (error) {
      setKeepError(error)
    } finally {
      setKeeping(false)
    }
  }
  return (
    <Form
      submit={() => {
        if (hasRead) void keep()
        else if (isFilled) preview.mutate({ params, body: toSource(way, texts) })
      }}
      act={hasRead ? props.act : t('sso.readIt')}
      isReady={hasRead || isFilled}
      isBusy={hasRead ? isKeeping : preview.isPending}
    >
      <SegmentedControl
        aria-label={t('sso.way')}
        value={way}
        onChange={(value) => change(() => setWay(value as Way))}
        data={ways.map((value) => ({ value, label: t(wayWords[value]) }))}
      />
      <WayFields way={way} texts={texts} change={(next) => change(() => setTexts(next))} />
      <Failure error={preview.error ?? keepError} />
      {hasRead && (
        <>
          <Note tone="good" title={t('sso.read')} role="status">
            <Text size="sm">{t('sso.readHint')}</Text>
          </Note>
          <MetadataPreview metadata={preview.data} />
        </>
      )}
    </Form>
  )
}

function WayFields(props: {
  readonly way: Way
  readonly texts: Texts
  readonly change: (texts: Texts) => void
}): ReactNode {
  const { t } = useWords()
  const { way, texts, change } = props
  const field = (name: keyof Texts) => ({
    dir: 'ltr',
    value: texts[name],
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      change({ ...texts, [name]: event.target.value }),
  })
  if (way === 'url')
    return <TextInput label={t('sso.metadataUrl')} description={t('sso.metadataUrlHint')} {...field('url')} />
  if (way === 'xml')
    return (
      <Textarea
        label={t('sso.metadataXml')}
        autosize
        minRows={5}
        maxRows={12}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
        {...field('xml')}
      />
    )
  return (
    <>
      <TextInput label={t('sso.theirEntityId')} {...field('entityId')} />
      <TextInput label={t('sso.theirSsoUrl')} {...field('ssoUrl')} />
      <Textarea
        label={t('sso.certificate')}
        description={t('sso.certificateHint')}
        autosize
        minRows={4}
        maxRows={10}
        {...field('certificate')}
      />
    </>
  )
}

function splitCertificates(text: string): string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)
  return blocks ?? [text.trim()]
}
