// Which page of the site each document is. A document of docs/ that is not named here becomes a page of the reference.

/** The four kinds of documentation, each a part of the sidebar, in this order. */
export const kinds = {
  start: 'Start',
  'how-to': 'How to',
  explanation: 'Explanation',
  reference: 'Reference',
} as const
export type Kind = keyof typeof kinds

export interface Place {
  readonly kind: Kind
  /** Behind the kind in the page's address. */
  readonly name: string
  /** From the root of the repository. */
  readonly source: string
  /** In the sidebar, where the title is long. */
  readonly label?: string
}

const place = (kind: Kind, name: string, source: string, label?: string): Place =>
  label === undefined ? { kind, name, source } : { kind, name, source, label }

/** In the order of the sidebar. */
export const places: readonly Place[] = [
  place('start', 'quick-start', 'docs/quick-start.md'),
  place('start', 'tour', 'docs/tour.md'),
  place('start', 'production', 'docs/production.md'),
  place('how-to', 'branding', 'docs/branding.md'),
  place('how-to', 'embedding', 'docs/embedding.md'),
  place('how-to', 'configuration', 'docs/configuration.md'),
  place('how-to', 'doctor', 'docs/doctor.md'),
  place('how-to', 'packages', 'docs/packages.md'),
  place('how-to', 'deploy', 'docs/deploy.md', 'Image, compose, Helm, systemd'),
  place('how-to', 'proxy', 'docs/proxy.md', 'Proxies'),
  place('how-to', 'tls', 'docs/tls.md'),
  place('how-to', 'postgresql', 'docs/postgresql.md', 'PostgreSQL'),
  place('how-to', 'poolers', 'docs/poolers.md'),
  place('how-to', 'backup', 'docs/backup.md'),
  place('how-to', 'upgrade', 'docs/upgrade.md'),
  place('how-to', 'observability', 'docs/observability.md'),
  place('how-to', 'sign-people-in', 'docs/applications.md', 'Sign people in'),
  place('how-to', 'webhooks', 'docs/webhooks.md', 'Webhooks and events'),
  place('how-to', 'client', 'docs/sdk.md', 'The TypeScript client'),
  place('how-to', 'scim-check', 'docs/scim-check.md'),
  place('explanation', 'security-model', 'docs/security-model.md', 'Security model'),
  place('explanation', 'sign-in', 'docs/sign-in.md', 'Signing in'),
  place('explanation', 'scim', 'docs/scim.md', 'SCIM'),
  place('explanation', 'sizing', 'docs/sizing.md'),
  place('explanation', 'comparison', 'docs/comparison.md'),
  place('explanation', 'threat-model', 'THREAT_MODEL.md'),
  place('explanation', 'architecture', 'docs/architecture.md', 'Architecture'),
  place('explanation', 'benchmarks', 'docs/benchmarks.md'),
  place('reference', 'operations', 'docs/operations.md', 'Settings, commands, limits'),
  place('reference', 'events', 'docs/events.md'),
  place('reference', 'problems', 'docs/problems.md'),
  place('reference', 'explanations', 'docs/explanations.md'),
  place('reference', 'console', 'docs/console.md'),
  place('reference', 'conformance', 'docs/conformance.md'),
  place('reference', 'scim-coverage', 'docs/scim-coverage.md', 'What SCIM requires'),
  place('reference', 'peers', 'docs/peers.md', 'Peers'),
  place('reference', 'changelog', 'CHANGELOG.md'),
  place('reference', 'security', 'SECURITY.md'),
  place('reference', 'changes', 'CONTRIBUTING.md', 'What a change looks like'),
]

/** Folders whose documents are a group of pages, with README.md or a made list as the first. */
export const groups: readonly {
  readonly kind: Kind
  readonly folder: string
  readonly label: string
  /** What their titles begin with, which the sidebar leaves out. */
  readonly beginning?: string
}[] = [
  { kind: 'how-to', folder: 'docs/hand-off', label: 'Hand-off by language', beginning: 'Hand-off in ' },
  { kind: 'how-to', folder: 'docs/guides', label: 'Guides for administrators' },
  { kind: 'explanation', folder: 'docs/decisions', label: 'Decisions' },
  { kind: 'reference', folder: 'docs/contributing', label: 'Work on Rollcall' },
]
