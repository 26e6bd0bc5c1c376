// What this session would be refused about a connection, in words: the service says it beside the trust anchor.
import { useCall } from '../../base/api.ts'
import { useOrganization, useRefusal } from '../../frame/session.tsx'

type Act = 'change' | 'switchOn' | 'switchOff' | 'delete'

/** Undefined where the act is not refused, and until the service has said so. */
export function useRefusals(id: string): Readonly<Record<Act, string | undefined>> {
  const { params } = useOrganization()
  const refuse = useRefusal()
  const refusals = useCall('getAnchor', { params: { ...params, id } }).data?.refusals
  return {
    change: refuse(refusals?.change),
    switchOn: refuse(refusals?.switchOn),
    switchOff: refuse(refusals?.switchOff),
    delete: refuse(refusals?.delete),
  }
}
