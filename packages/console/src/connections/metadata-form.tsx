// The room `console/connections`: parts of the screens of single sign-on, from taking in metadata to enabling. What a connection may become
// is decided by the service.
//
// 1. `metadata-form` or `oidc-form` takes in the identity provider; `metadata-preview` shows what was read.
// 2. `oidc-set-up` and the guides say what goes over there; `certificates` are ours.
// 3. `test-and-enable` tries a sign-in that changes nothing, then enables the connection.
// 4. `anchor-panel` shows what is trusted, and what waits beside it.
//
// Takes in an identity provider: by URL, by XML, or by hand; shows what was read before anything is kept.
import { Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useChange } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { useOrganization } from '../session.tsx'
import { Failure, Note } from '../ui/note.tsx'
import { MetadataPreview } from './metadata-preview.tsx'

export interface Source {
  readonly metadataUrl?: string
  readonly metadataXml?: string
  readonly entityId?: string
  readonly ssoUrl?: string
  readonly certificates?: string[]
}

type Way = 'url' | 'xml' | 'hand'

export function MetadataForm(props: {
  readonly act: string
  readonly keep: (source: Source) => Promise<unknown>
}): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const [way, setWay] = useState<Way>('url')
  const [url, setUrl] = useState('')
  const [xml, setXml] = useState('')
  const [hand, setHand] = useState({ entityId: '', ssoUrl: '', certificate: '' })
  const [keepError, setKeepError] = useState<unknown>(null)
  const [isKeeping, setKeeping] = useState(false)
  const preview = useChange('previewMetadata', [])
  const source: Source =
    way === 'url'
      ? { metadataUrl: url.trim() }
      : way === 'xml'
        ? { metadataXml: xml }
        : {
            entityId: hand.entityId.trim(),
            ssoUrl: hand.ssoUrl.trim(),
            certificates: splitCertificates(hand.certificate),
          }
  const isFilled =
    way === 'url'
      ? url.trim() !== ''
      : way === 'xml'
        ? xml.trim() !== ''
        : Object.values(hand).every((text) => text.trim() !== '')
  const change = (work: () => void): void => {
    work()
    preview.reset()
    setKeepError(null)
  }
  const keep = async (): Promise<void> => {
    setKeeping(true)
    setKeepError(null)
    try {
      await props.keep(source)
    } catch (error) {
      setKeepError(error)
    } finally {
      setKeeping(false)
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (preview.data !== undefined) void keep()
        else if (isFilled) preview.mutate({ params, body: source })
      }}
    >
      <Stack>
        <SegmentedControl
          aria-label={t('sso.way')}
          value={way}
          onChange={(value) => change(() => setWay(value as Way))}
          data={[
            { value: 'url', label: t('sso.wayUrl') },
            { value: 'xml', label: t('sso.wayXml') },
            { value: 'hand', label: t('sso.wayHand') },
          ]}
        />
        {way === 'url' && (
          <TextInput
            label={t('sso.metadataUrl')}
            description={t('sso.metadataUrlHint')}
            value={url}
            onChange={(event) => change(() => setUrl(event.target.value))}
            dir="ltr"
          />
        )}
        {way === 'xml' && (
          <Textarea
            label={t('sso.metadataXml')}
            autosize
            minRows={5}
            maxRows={12}
            value={xml}
            onChange={(event) => change(() => setXml(event.target.value))}
            dir="ltr"
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
          />
        )}
        {way === 'hand' && (
          <>
            <TextInput
              label={t('sso.theirEntityId')}
              dir="ltr"
              value={hand.entityId}
              onChange={(event) => change(() => setHand({ ...hand, entityId: event.target.value }))}
            />
            <TextInput
              label={t('sso.theirSsoUrl')}
              dir="ltr"
              value={hand.ssoUrl}
              onChange={(event) => change(() => setHand({ ...hand, ssoUrl: event.target.value }))}
            />
            <Textarea
              label={t('sso.certificate')}
              description={t('sso.certificateHint')}
              autosize
              minRows={4}
              maxRows={10}
              dir="ltr"
              value={hand.certificate}
              onChange={(event) => change(() => setHand({ ...hand, certificate: event.target.value }))}
            />
          </>
        )}
        <Failure error={preview.error ?? keepError} />
        {preview.data !== undefined && (
          <>
            <Note tone="good" title={t('sso.read')} role="status">
              <Text size="sm">{t('sso.readHint')}</Text>
            </Note>
            <MetadataPreview metadata={preview.data} />
          </>
        )}
        <Group>
          {preview.data === undefined ? (
            <Button type="submit" loading={preview.isPending} disabled={!isFilled}>
              {t('sso.readIt')}
            </Button>
          ) : (
            <Button type="submit" loading={isKeeping}>
              {props.act}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}

function splitCertificates(text: string): string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)
  return blocks ?? [text.trim()]
}
