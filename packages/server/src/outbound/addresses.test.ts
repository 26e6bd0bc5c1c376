import { describe, expect, it } from 'vitest'
import { createAddressGuard } from './addresses.ts'

const strict = createAddressGuard({ allow: [], isLoopbackAllowed: false })

const refused = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.5', '100.64.0.1', '100.100.100.200', '100.127.255.255', '127.0.0.1'],
  ...['127.255.255.254', '168.63.129.16', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.192'],
  ...[
    '192.0.2.1',
    '192.31.196.1',
    '192.52.193.1',
    '192.88.99.1',
    '192.168.1.1',
    '192.175.48.1',
    '198.18.0.1',
  ],
  ...['198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1'],
  ...['255.255.255.255', '::', '::1', '::7f00:1', '::808:808', '::ffff:127.0.0.1', '::ffff:8.8.8.8'],
  ...['::ffff:0:7f00:1', '::ffff:0:808:808', '64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::a00:5'],
  ...['100::1', '2001::1', '2001:0:4136:e378:8000:63bf:80ff:fffe', '2001:2::1', '2001:3::1', '2001:4:112::1'],
  ...[
    '2001:10::1',
    '2001:20::1',
    '2001:30::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2002:808:808::',
    '2620:4f:8000::1',
  ],
  ...['3fff::1', '4000::1', '5f00::1', '8000::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0'],
  ...[
    'febf::1',
    'fec0::1',
    'ff02::1',
    '2a00:1450::1%eth0',
    'localhost',
    '',
    '2130706433',
    '127.1',
    '0x7f000001',
  ],
]
const open = [
  '8.8.8.8',
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.1',
  '172.32.0.1',
  '2606:4700::1111',
  '2a00:1450::1',
]

describe('createAddressGuard', () => {
  it.each(refused)('refuses %s', (address) => {
    expect(strict.judge('idp.example.com', address)).toBe('refused')
    expect(strict.mayReach('idp.example.com', address)).toBe(false)
  })

  it.each(open)('lets the global unicast address %s through', (address) => {
    expect(strict.judge('idp.example.com', address)).toBe('public')
    expect(strict.mayReach('idp.example.com', address)).toBe(true)
  })

  it('allows what a CIDR or a single address names, and nothing beside it', () => {
    const guard = createAddressGuard({
      allow: ['10.1.0.0/16', ' 192.168.7.7 ', 'fd12::/16'],
      isLoopbackAllowed: false,
    })
    const judge = (address: string): string => guard.judge('idp.acme.test', address)
    expect(['10.1.2.3', '192.168.7.7', 'fd12::1', '::ffff:10.1.2.3'].map(judge)).toEqual(
      Array(4).fill('listed'),
    )
    expect(['10.2.0.1', '192.168.7.8', 'fd13::1', '::ffff:10.2.0.1'].map(judge)).toEqual(
      Array(4).fill('refused'),
    )
  })

  it('does not take a CIDR for what a translator leads to: NAT64, 6to4 and Teredo need both listed', () => {
    const nat64 = createAddressGuard({
      allow: ['64:ff9b::/96', '2002::/16', '2001::/32'],
      isLoopbackAllowed: false,
    })
    expect(nat64.judge('a.test', '64:ff9b::808:808')).toBe('listed')
    expect(nat64.judge('a.test', '64:ff9b::a00:5')).toBe('refused')
    expect(nat64.judge('a.test', '2002:a00:5::')).toBe('refused')
    expect(nat64.judge('a.test', '2001:0:4136:e378:8000:63bf:f5ff:fffa')).toBe('refused')
    const inner = createAddressGuard({ allow: ['10.0.0.0/8'], isLoopbackAllowed: false })
    expect(inner.judge('a.test', '64:ff9b::a00:5')).toBe('refused')
  })

  it('does not take ::/0 for permission to reach mapped loopback', () => {
    const guard = createAddressGuard({ allow: ['::/0'], isLoopbackAllowed: false })
    expect(guard.judge('a.test', '::ffff:7f00:1')).toBe('refused')
    expect(guard.judge('a.test', '::ffff:8.8.8.8')).toBe('listed')
  })

  it('allows a listed host at any address, whatever the case and the root dot, and no host that only looks alike', () => {
    const guard = createAddressGuard({ allow: ['IdP.Internal'], isLoopbackAllowed: false })
    expect(guard.judge('idp.internal', '10.0.0.5')).toBe('listed')
    expect(guard.judge('IDP.INTERNAL.', '10.0.0.5')).toBe('listed')
    const alike = ['x.idp.internal', 'idp.internal.evil.test', 'idpxinternal', 'internal']
    expect(alike.map((host) => guard.judge(host, '10.0.0.5'))).toEqual(Array(4).fill('refused'))
  })

  it('allows loopback alone under development', () => {
    const guard = createAddressGuard({ allow: [], isLoopbackAllowed: true })
    const judge = (address: string): string => guard.judge('localhost', address)
    expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].map(judge)).toEqual(
      Array(4).fill('loopback'),
    )
    expect(['0.0.0.0', '::', '10.0.0.5', '169.254.169.254', '64:ff9b::7f00:1'].map(judge)).toEqual(
      Array(5).fill('refused'),
    )
  })

  it('RFC 6761 §6.3: refuses a localhost name that a resolver gives a public address', () => {
    const names = ['localhost', 'LOCALHOST.', 'a.localhost', 'a.b.localhost.']
    expect(names.map((name) => strict.judge(name, '8.8.8.8'))).toEqual(Array(4).fill('refused'))
    expect(strict.judge('notlocalhost', '8.8.8.8')).toBe('public')
  })

  it.each([
    '10.0.0.0/33',
    '10.0.0/8',
    '10.1',
    'https://idp.test',
    'idp.test:8443',
    '*.test',
    'fd00::/129',
    '0x7f.1',
  ])('throws on the entry %s rather than ignore it', (entry) => {
    expect(() => createAddressGuard({ allow: [entry], isLoopbackAllowed: false })).toThrow(entry)
  })
})
