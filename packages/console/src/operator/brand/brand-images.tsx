// The images of the brand: each is chosen, shown on the ground that it is for, and can be taken away.
import { Stack } from '@mantine/core'
import type { Brand, BrandImageKind } from '@rollcall/api'
import type { ReactNode } from 'react'
import { makeStale, useChange } from '../../base/api.ts'
import { ImageField } from '../../ui/image-field.tsx'

const kinds = ['logo', 'logo_dark', 'icon'] as const satisfies readonly BrandImageKind[]

/** All images of the brand. */
export function BrandImages({ brand }: { readonly brand: Brand }): ReactNode {
  const put = useChange('putBrandImage', ['listOperatorEvents'])
  const remove = useChange('deleteBrandImage', ['listOperatorEvents'])
  return (
    <Stack gap="lg">
      {kinds.map((kind) => (
        <ImageField
          key={kind}
          kind={kind}
          image={brand.images[kind]}
          put={async (body) => {
            await put.mutateAsync({ params: { id: kind }, body })
            await makeStale(['getBrand'])
          }}
          remove={async () => {
            await remove.mutateAsync({ params: { id: kind } })
            await makeStale(['getBrand'])
          }}
        />
      ))}
    </Stack>
  )
}
