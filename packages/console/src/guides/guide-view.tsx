// A guide beside the values that it asks to paste. Guides are loaded when one is opened.
import { Anchor, Collapse, Loader, Table as MantineTable, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { LabelSource } from '@rollcall/api'
import { IconBook } from '@tabler/icons-react'
import { Fragment, type ReactNode, useEffect, useState } from 'react'
import { isBranded, productName } from '../base/brand.ts'
import { type Language, useWords, type WordKey } from '../i18n/language.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { Note } from '../ui/note.tsx'
import {
  asTheProduct,
  type Guide,
  type GuideKind,
  type GuideStep,
  type GuideValue,
  type GuideWords,
  ours,
  type Provider,
} from './guide.ts'
import { translateGuide } from './translate.ts'

/** Languages that guides are in beside English. */
const loadWords: Readonly<Partial<Record<Language, () => Promise<GuideWords>>>> = {
  ar: () => import('./words-ar.ts').then(({ words }) => words),
  de: () => import('./words-de.ts').then(({ words }) => words),
}

/** What our own console calls things that guides speak of, in the reader's words. */
const ourLabels: Readonly<Record<string, WordKey>> = {
  [ours.test]: 'sso.test',
  [ours.oktaDomain]: 'oidc.oktaDomain',
  [ours.certificates]: 'certificates.title',
  [ours.signRequests]: 'option.signRequests',
  [ours.allowAesCbc]: 'option.allowAesCbc',
  [ours.automatic]: 'profile.auto',
  [ours.strict]: 'profile.strict',
  [ours.interop]: 'profile.interop',
}

type Values = Readonly<Partial<Record<GuideValue, string>>>

/** A guide that opens when it is asked for; `values` are shown where its steps paste them. */
export function GuideView(props: {
  readonly kind: GuideKind
  readonly provider: Provider
  readonly values: Values
  readonly isOpen?: boolean
}): ReactNode {
  const { t, language } = useWords()
  const { kind, provider } = props
  const [isOpen, { toggle }] = useDisclosure(props.isOpen ?? false)
  const [found, setFound] = useState<Found>()
  useEffect(() => {
    if (!isOpen) return
    let isGone = false
    void findGuide(kind, provider, language).then((guide) => isGone || setFound(guide))
    return () => {
      isGone = true
    }
  }, [isOpen, kind, provider, language])
  return (
    <div>
      <UnstyledButton onClick={toggle} aria-expanded={isOpen} c="var(--mantine-color-anchor)" fw={600}>
        <IconBook size={18} aria-hidden="true" style={{ verticalAlign: '-3px', marginInlineEnd: 6 }} />
        {isOpen ? t('guide.hide') : t('guide.show')}
      </UnstyledButton>
      <Collapse expanded={isOpen} transitionDuration={0}>
        {/* Whose words there are none of ours is in English. */}
        <div style={{ paddingTop: 12 }} {...(found?.words === null ? { lang: 'en', dir: 'ltr' } : {})}>
          {found === undefined ? (
            <Loader size="sm" />
          ) : found.guide === undefined ? (
            <Note tone="info">{found.without ?? t('guide.none')}</Note>
          ) : (
            <GuideBody guide={found.guide} found={found} values={props.values} />
          )}
        </div>
      </Collapse>
    </div>
  )
}

interface Found {
  /** Undefined where the identity provider has none of the kind; `without` says why. */
  readonly guide: Guide | undefined
  readonly without: string | undefined
  readonly sources: readonly LabelSource[]
  /** Null: it is in English. */
  readonly words: GuideWords | null
}

async function findGuide(kind: GuideKind, provider: Provider, language: Language): Promise<Found> {
  const [{ listSources, oidcGuides, scimGuides, ssoGuides, withoutScim }, words = null] = await Promise.all([
    import('./index.ts'),
    loadWords[language]?.(),
  ])
  const own = { sso: ssoGuides, oidc: oidcGuides, scim: scimGuides }[kind][provider]
  const why = own === undefined ? withoutScim[provider] : undefined
  return {
    guide: own === undefined || words === null ? own : translateGuide(own, words),
    without: why === undefined ? undefined : (words?.texts[why] ?? why),
    sources: own === undefined ? [] : listSources(own),
    words,
  }
}

function GuideBody(props: {
  readonly guide: Guide
  readonly found: Found
  readonly values: Values
}): ReactNode {
  const { guide, values } = props
  const { sources, words } = props.found
  const { t } = useWords()
  return (
    <div className="rc-guide">
      <Text size="sm" c="dimmed">
        {t('guide.where')} <Rich text={guide.where} />
      </Text>
      {guide.sections.map(({ title, steps }) => (
        <div key={title} style={{ marginTop: 14 }}>
          <Text fw={650}>{title}</Text>
          <ol>
            {steps.map((step) => (
              <li key={step.text}>
                <StepBody step={step} values={values} words={words} />
              </li>
            ))}
          </ol>
        </div>
      ))}
      {guide.notes.length > 0 && (
        <Note tone="info" title={t('guide.notes')}>
          <ul style={{ margin: 0, paddingInlineStart: '1.1rem' }}>
            {guide.notes.map((note) => (
              <li key={note}>
                <Rich text={note} />
              </li>
            ))}
          </ul>
        </Note>
      )}
      {sources.length > 0 && (
        <Text size="sm" c="dimmed" mt="sm">
          {t('guide.sources')}{' '}
          {sources.map(({ title, url, lookedAt }, at) => (
            <Fragment key={url}>
              {at > 0 && ' · '}
              <Anchor
                href={url}
                target="_blank"
                rel="noopener noreferrer"
                underline="always"
                inherit
                lang="en"
              >
                <bdi>{title}</bdi>
              </Anchor>{' '}
              ({lookedAt})
            </Fragment>
          ))}
        </Text>
      )}
    </div>
  )
}

function StepBody(props: {
  readonly step: GuideStep
  readonly values: Values
  readonly words: GuideWords | null
}): ReactNode {
  const { step, values } = props
  const { t } = useWords()
  return (
    <>
      <p>
        <Rich text={withProduct(step.text, props.words)} />
      </p>
      {step.values?.map(({ label, value }) => {
        const own = values[value]
        return (
          <div key={label} style={{ marginBottom: 8 }}>
            {own === undefined ? (
              <Text size="sm">
                <b>{label}</b>: {value === 'apiKey' ? t('guide.apiKey') : t('guide.later')}
              </Text>
            ) : (
              <CopyValue label={label} value={own} />
            )}
          </div>
        )
      })}
      {step.table !== undefined && (
        <MantineTable withTableBorder withColumnBorders maw={560} fz="sm">
          <MantineTable.Thead>
            <MantineTable.Tr>
              {step.table.head.map((head) => (
                <MantineTable.Th key={head}>{head}</MantineTable.Th>
              ))}
            </MantineTable.Tr>
          </MantineTable.Thead>
          <MantineTable.Tbody>
            {step.table.rows.map((row) => (
              <MantineTable.Tr key={row.join()}>
                {row.map((cell, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two cells, never moved
                  <MantineTable.Td key={at} className={at === 0 ? 'rc-whole' : 'rc-break'}>
                    <Rich text={cell} />
                  </MantineTable.Td>
                ))}
              </MantineTable.Tr>
            ))}
          </MantineTable.Tbody>
        </MantineTable>
      )}
    </>
  )
}

function withProduct(text: string, words: GuideWords | null): string {
  const own = isBranded ? `“${productName.replace(/[*`]/g, '')}”` : undefined
  if (words !== null) return text.replace('{product}', () => own ?? words.product)
  return own === undefined ? text : text.replace(asTheProduct, () => own)
}

/** `**bold**` and `code`, and addresses as links; everything else is text. */
function Rich({ text }: { readonly text: string }): ReactNode {
  const { t } = useWords()
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`|https:\/\/[^\s)]+)/).map((part, at) => {
    const key = `${at}${part}`
    const own = ourLabels[part]
    if (own !== undefined) return <b key={key}>{t(own)}</b>
    if (part.startsWith('**'))
      return (
        <bdi key={key} lang="en" dir="ltr">
          <b>{part.slice(2, -2)}</b>
        </bdi>
      )
    if (part.startsWith('`'))
      return (
        <bdi key={key} dir="ltr">
          <code className="rc-mono">{part.slice(1, -1)}</code>
        </bdi>
      )
    if (/^https:\/\/[^{]+$/.test(part))
      return (
        <Anchor key={key} href={part} target="_blank" rel="noopener noreferrer" underline="always">
          {part}
        </Anchor>
      )
    return <Fragment key={key}>{part}</Fragment>
  })
}
