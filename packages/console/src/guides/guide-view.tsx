// A guide beside the values that it asks to paste. Guides are loaded when one is opened.
import { Anchor, Collapse, Loader, Table as MantineTable, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { LabelSource } from '@rollcall/api'
import { IconBook } from '@tabler/icons-react'
import { Fragment, type ReactNode, useEffect, useState } from 'react'
import { isBranded, productName } from '../base/brand.ts'
import { useWords } from '../i18n/language.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { Note } from '../ui/note.tsx'
import {
  asTheProduct,
  type Guide,
  type GuideKind,
  type GuideStep,
  type GuideValue,
  type Provider,
} from './guide.ts'

type Values = Readonly<Partial<Record<GuideValue, string>>>

/** A guide that opens when it is asked for; `values` are shown where its steps paste them. */
export function GuideView(props: {
  readonly kind: GuideKind
  readonly provider: Provider
  readonly values: Values
  readonly isOpen?: boolean
}): ReactNode {
  const { t } = useWords()
  const { kind, provider } = props
  const [isOpen, { toggle }] = useDisclosure(props.isOpen ?? false)
  const [found, setFound] = useState<Found | string>()
  useEffect(() => {
    if (!isOpen) return
    void import('./index.ts').then(({ listSources, oidcGuides, scimGuides, ssoGuides, withoutScim }) => {
      const guides = { sso: ssoGuides, oidc: oidcGuides, scim: scimGuides }
      const guide = guides[kind][provider]
      setFound(
        guide === undefined
          ? (withoutScim[provider] ?? t('guide.none'))
          : { guide, sources: listSources(guide) },
      )
    })
  }, [isOpen, kind, provider, t])
  return (
    <div>
      <UnstyledButton onClick={toggle} aria-expanded={isOpen} c="var(--mantine-color-anchor)" fw={600}>
        <IconBook size={18} aria-hidden="true" style={{ verticalAlign: '-3px', marginInlineEnd: 6 }} />
        {isOpen ? t('guide.hide') : t('guide.show')}
      </UnstyledButton>
      <Collapse expanded={isOpen} transitionDuration={0}>
        <div style={{ paddingTop: 12 }} lang="en" dir="ltr">
          {found === undefined ? (
            <Loader size="sm" />
          ) : typeof found === 'string' ? (
            <Note tone="info">{found}</Note>
          ) : (
            <GuideBody guide={found.guide} sources={found.sources} values={props.values} />
          )}
        </div>
      </Collapse>
    </div>
  )
}

interface Found {
  readonly guide: Guide
  readonly sources: readonly LabelSource[]
}

function GuideBody({ guide, sources, values }: Found & { readonly values: Values }): ReactNode {
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
                <StepBody step={step} values={values} />
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
              <Anchor href={url} target="_blank" rel="noopener noreferrer" underline="always" inherit>
                {title}
              </Anchor>{' '}
              ({lookedAt})
            </Fragment>
          ))}
        </Text>
      )}
    </div>
  )
}

function StepBody({ step, values }: { readonly step: GuideStep; readonly values: Values }): ReactNode {
  const { t } = useWords()
  return (
    <>
      <p>
        <Rich text={withProduct(step.text)} />
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

const withProduct = (text: string): string =>
  isBranded ? text.replace(asTheProduct, () => `“${productName.replace(/[*`]/g, '')}”`) : text

/** `**bold**` and `code`, and addresses as links; everything else is text. */
function Rich({ text }: { readonly text: string }): ReactNode {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`|https:\/\/[^\s)]+)/).map((part, at) => {
    const key = `${at}${part}`
    if (part.startsWith('**')) return <b key={key}>{part.slice(2, -2)}</b>
    if (part.startsWith('`'))
      return (
        <code className="rc-mono" key={key}>
          {part.slice(1, -1)}
        </code>
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
