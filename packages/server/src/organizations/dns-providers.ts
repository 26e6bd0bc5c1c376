// Who runs a zone, by the names of its name servers. Each of these adds the zone to the name of a record by itself, in its console.

/** The end of a name server's name -> what the provider is called. */
const providers: readonly (readonly [RegExp, string])[] = [
  [/\.ns\.cloudflare\.com$/, 'Cloudflare'],
  [/\.awsdns-\d+\.(com|net|org|co\.uk)$/, 'Amazon Route 53'],
  [/\.domaincontrol\.com$/, 'GoDaddy'],
  [/\.azure-dns\.(com|net|org|info)$/, 'Azure DNS'],
  [/^ns-cloud-[a-e]\d\.googledomains\.com$/, 'Google Cloud DNS'],
  [/\.registrar-servers\.com$/, 'Namecheap'],
  [/\.ui-dns\.(com|org|de|biz)$/, 'IONOS'],
  [/\.digitalocean\.com$/, 'DigitalOcean'],
  [/\.ovh\.(net|ca)$/, 'OVHcloud'],
  [/\.gandi\.net$/, 'Gandi'],
  [/\.ns\.hetzner\.(com|de)$/, 'Hetzner'],
  [/\.wixdns\.net$/, 'Wix'],
  [/\.vercel-dns(-\d+)?\.com$/, 'Vercel'],
  [/\.dnsimple(-edge)?\.(com|net|org|io)$/, 'DNSimple'],
  [/\.rzone\.de$/, 'STRATO'],
  [/\.name\.com$/, 'name.com'],
]

/** What the provider of these name servers is called; undefined where we do not know it. */
export function findDnsProvider(nameServers: readonly string[]): string | undefined {
  return providers.find(([end]) =>
    nameServers.some((name) => end.test(name.toLowerCase().replace(/\.$/, ''))),
  )?.[1]
}
