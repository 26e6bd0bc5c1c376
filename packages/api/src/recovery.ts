// Recovery addresses: where a link goes that lets an owner or administrator in again.
import { z } from '@hono/zod-openapi'
import { body, conflict, ok, organizationIdParams, refused, tooManyMails } from './answers.ts'
import { nullableTime } from './fields.ts'
import { operationsOf } from './operation.ts'

/** Where a link goes that lets somebody in again, and the address that is about to take its place. */
export const recoveryAddressSchema = z
  .object({
    address: z
      .string()
      .nullable()
      .describe('Where a link goes that recovers this person; null: there is none'),
    shownAt: nullableTime.describe('When the person saw it'),
    pendingAddress: z.string().nullable().describe('One that has not confirmed yet'),
  })
  .openapi('RecoveryAddress', { description: 'Where a link goes that lets the person in again' })

/** The new address: one's own once it confirms, at once where the operator changes it. */
export const recoveryAddressChangeSchema = z
  .strictObject({ address: z.string().min(3).max(320).describe('An e-mail address') })
  .openapi('RecoveryAddressChange', { description: 'The new address' })

/** A recovery address, as the API answers it. */
export type RecoveryAddress = z.infer<typeof recoveryAddressSchema>

/** The operations on recovery addresses. */
export const recoveryOperations = /* @__PURE__ */ operationsOf('Users', {
  getRecoveryAddress: {
    method: 'get',
    path: '/organizations/{slug}/users/{id}/recovery-address',
    access: 'administrator',
    summary: 'Read the address by which an owner or administrator is recovered',
    request: { params: organizationIdParams },
    responses: { ...ok(recoveryAddressSchema, 'The address'), ...refused },
  },
  putRecoveryAddress: {
    method: 'put',
    path: '/organizations/{slug}/users/{id}/recovery-address',
    access: 'administrator',
    formerly: [{ name: 'changeRecoveryAddress' }],
    summary: 'Change a recovery address: one’s own, once the new one confirms; the operator at once',
    request: { params: organizationIdParams, body: body(recoveryAddressChangeSchema) },
    responses: {
      ...ok(recoveryAddressSchema, 'Changed, or waiting for the new address to confirm'),
      ...refused,
      ...conflict,
      ...tooManyMails,
    },
  },
  acknowledgeRecoveryAddress: {
    method: 'post',
    path: '/organizations/{slug}/users/{id}/recovery-address/acknowledge',
    access: 'administrator',
    formerly: [
      { name: 'noteRecoveryAddress', path: '/organizations/{slug}/users/{id}/recovery-address/seen' },
    ],
    summary: 'The person has seen their recovery address',
    request: { params: organizationIdParams },
    responses: { 204: { description: 'Noted' }, ...refused },
  },
})
