// The images of the brand: each is chosen, shown on the ground that it is for, and can be taken away.
import { Button, FileButton, Group, Stack, Text } from '@mantine/core'
import type { Brand, BrandImageKind, NewBrandImage } from '@rollcall/api'
import { type ReactNode, useRef } from 'react'
import { makeStale, useChange } from '../../base/api.ts'
import { pathOfImage } from '../../base/brand.ts'
import { useWords } from '../../i18n/language.tsx'
import { Failure } from '../../ui/note.tsx'

const kinds = ['logo', 'logo_dark', 'icon'] as const satisfies readonly BrandImageKind[]
const accepted = 'image/svg+xml,image/png,image/jpeg,image/webp'

/** All images of the brand. */
export function BrandImages({ brand }: { readonly brand: Brand }): ReactNode {
  return (
    <Stack gap="lg">
      {kinds.map((kind) => (
        <BrandImage key={kind} kind={kind} image={brand.images[kind]} />
      ))}
    </Stack>
  )
}

function BrandImage(props: {
  readonly kind: BrandImageKind
  readonly image: Brand['images'][BrandImageKind]
}): ReactNode {
  const { t } = useWords()
  const { kind, image } = props
  const resetFile = useRef<() => void>(null)
  const put = useChange('putBrandImage', ['listOperatorEvents'])
  const remove = useChange('deleteBrandImage', ['listOperatorEvents'])
  const params = { id: kind }
  const choose = async (file: File | null): Promise<void> => {
    if (file === null) return
    remove.reset()
    const body = { mediaType: file.type as NewBrandImage['mediaType'], data: await toBase64(file) }
    await put.mutateAsync({ params, body }).catch(() => undefined)
    resetFile.current?.()
    await makeStale(['getBrand'])
  }
  const take = async (): Promise<void> => {
    put.reset()
    await remove.mutateAsync({ params }).catch(() => undefined)
    await makeStale(['getBrand'])
  }
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
            <Button {...button} variant="default" loading={put.isPending}>
              {t(image === null ? 'brand.choose' : 'brand.replace')}
              <span className="rc-hidden"> {t(`brand.${kind}`)}</span>
            </Button>
          )}
        </FileButton>
        {image !== null && (
          <Button variant="default" loading={remove.isPending} onClick={() => void take()}>
            {t('brand.take')}
            <span className="rc-hidden"> {t(`brand.${kind}`)}</span>
          </Button>
        )}
      </Group>
      <Failure error={put.error ?? remove.error} />
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
