// An image that is chosen from a file, shown on the ground that it is for, and can be taken away.
import { Button, FileButton, Group, Text } from '@mantine/core'
import type { Brand, BrandImageKind, NewBrandImage } from '@rollcall/api'
import { type ReactNode, useRef, useState } from 'react'
import { pathOfImage } from '../base/brand.ts'
import { useWords } from '../i18n/language.tsx'
import { Failure } from './note.tsx'

const accepted = 'image/svg+xml,image/png,image/jpeg,image/webp'

/** One image; `put` and `remove` are done when what is shown was read again, and throw what was refused. */
export function ImageField(props: {
  readonly kind: BrandImageKind
  readonly image: Brand['images'][BrandImageKind]
  readonly put: (body: NewBrandImage) => Promise<void>
  readonly remove: () => Promise<void>
}): ReactNode {
  const { t } = useWords()
  const { kind, image, put, remove } = props
  const resetFile = useRef<() => void>(null)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const run = async (act: () => Promise<void>): Promise<void> => {
    setBusy(true)
    setError(null)
    await act().catch(setError)
    setBusy(false)
  }
  const choose = async (file: File | null): Promise<void> => {
    if (file === null) return
    const body = { mediaType: file.type as NewBrandImage['mediaType'], data: await toBase64(file) }
    await run(() => put(body))
    resetFile.current?.()
  }
  const take = (): Promise<void> => run(remove)
  return (
    <div>
      <Text fw={600}>{t(`brand.${kind}`)}</Text>
      <Text size="sm" c="dimmed">
        {t(`brand.${kind}Hint`)}
      </Text>
      {image !== null && (
        <div className="rc-swatch" data-scheme={kind === 'logo_dark' ? 'dark' : 'light'}>
          <img src={pathOfImage(image.url)} alt={t(`brand.${kind}`)} />
        </div>
      )}
      <Group gap="sm" mt="xs">
        <FileButton resetRef={resetFile} onChange={(file) => void choose(file)} accept={accepted}>
          {(button) => (
            <Button {...button} variant="default" loading={isBusy}>
              {t(image === null ? 'brand.choose' : 'brand.replace')}
              <span className="rc-hidden"> {t(`brand.${kind}`)}</span>
            </Button>
          )}
        </FileButton>
        {image !== null && (
          <Button variant="default" loading={isBusy} onClick={() => void take()}>
            {t('brand.take')}
            <span className="rc-hidden"> {t(`brand.${kind}`)}</span>
          </Button>
        )}
      </Group>
      <Failure error={error} />
    </div>
  )
}

async function toBase64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += 8_190)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 8_190))))
  return parts.join('')
}
