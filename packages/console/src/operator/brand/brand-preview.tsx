// How the pages that people sign in through look with the brand, in both schemes.
import type { Brand } from '@rollcall/api'
import { type Accent, accentsOf } from '@rollcall/api/color'
import type { CSSProperties, ReactNode } from 'react'
import { pathOfImage } from '../../base/brand.ts'
import { useWords } from '../../i18n/language.tsx'

const own: Readonly<Record<'light' | 'dark', Accent>> = {
  light: { accent: '#2348b8', onAccent: '#ffffff' },
  dark: { accent: '#9db4ff', onAccent: '#10131a' },
}

/** A page of the brand, light and dark beside each other. */
export function BrandPreview({ brand }: { readonly brand: Brand }): ReactNode {
  const accents = brand.color === null ? own : accentsOf(brand.color)
  return (
    <div className="rc-previews">
      {(['light', 'dark'] as const).map((scheme) => (
        <OnePreview key={scheme} brand={brand} scheme={scheme} accent={accents[scheme]} />
      ))}
    </div>
  )
}

function OnePreview(props: {
  readonly brand: Brand
  readonly scheme: 'light' | 'dark'
  readonly accent: Accent
}): ReactNode {
  const { t } = useWords()
  const { brand, scheme, accent } = props
  const { logo, logo_dark } = brand.images
  const image = scheme === 'dark' ? (logo_dark ?? logo) : (logo ?? logo_dark)
  const style = { '--rc-own': accent.accent, '--rc-on-own': accent.onAccent } as CSSProperties
  return (
    <div className="rc-preview" data-scheme={scheme} style={style}>
      <div className="rc-preview-head">
        {image === null ? (
          <span>{brand.productName ?? ''}</span>
        ) : (
          <img src={pathOfImage(image.url)} alt={brand.productName ?? t('brand.logo')} />
        )}
      </div>
      <div className="rc-preview-panel">
        <strong>{t('brand.sampleTitle')}</strong>
        <p className="rc-preview-text">{t('brand.sampleText')}</p>
        <span className="rc-preview-button">{t('brand.sampleAct')}</span>
      </div>
      <div className="rc-preview-foot">
        {(brand.supportUrl !== null || brand.supportEmail !== null) && <span>{t('brand.help')}</span>}
        {brand.privacyUrl !== null && <span>{t('brand.privacy')}</span>}
        {brand.termsUrl !== null && <span>{t('brand.terms')}</span>}
      </div>
    </div>
  )
}
