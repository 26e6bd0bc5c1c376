// Which traces are kept, as OTEL_TRACES_SAMPLER says: all, unless whoever began the trace keeps none of it.
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace'

/** An argument that is no share from 0 to 1 means all. */
export function toSampler(environment: Readonly<Record<string, string | undefined>>): Sampler {
  const asked = environment.OTEL_TRACES_SAMPLER?.trim() || 'parentbased_always_on'
  const share = Number(environment.OTEL_TRACES_SAMPLER_ARG?.trim() || 1)
  const root = toRoot(asked.replace('parentbased_', ''), share >= 0 && share <= 1 ? share : 1)
  return asked.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root
}

function toRoot(name: string, share: number): Sampler {
  switch (name) {
    case 'always_off':
      return new AlwaysOffSampler()
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(share)
    default:
      return new AlwaysOnSampler()
  }
}
