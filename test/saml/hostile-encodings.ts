import { encodeResponse } from '@rollcall/simulator'
import { type HostileEntry, mallory, render, victim } from './context.ts'

const raw = (
  name: string,
  make: (xml: string) => string | Buffer,
  codes: HostileEntry['codes'] = ['malformed'],
) => ({
  name,
  codes,
  make: async (context: Parameters<HostileEntry['make']>[0]) => {
    const made = make(await render(context))
    return typeof made === 'string' ? made : made.toString('base64')
  },
})

/** All of a sound response, changed in its bytes. */
export const encodings: readonly HostileEntry[] = [
  raw('nothing', () => ''),
  raw('XML that is not in base64', (xml) => xml),
  raw('base64 with foreign characters', (xml) => `%${encodeResponse(xml)}`),
  raw('base64 with text after its padding', (xml) => `${encodeResponse(`${xml} `).replace(/=*$/, '==')}AAAA`),
  raw('base64 of JSON', () => encodeResponse('{"nameId":"owner@acme.test"}')),
  raw('base64 of HTML', () => encodeResponse('<!doctype html><p>Sign in<br></p>'), [
    'malformed',
    'forbidden_xml',
  ]),
  raw('UTF-16', (xml) => Buffer.from(`\ufeff${xml}`, 'utf16le')),
  raw('UTF-16, big-endian', (xml) => Buffer.from(`\ufeff${xml}`, 'utf16le').swap16()),
  raw('bytes that are not UTF-8', (xml) => Buffer.from(xml.replace(mallory, '\u00ff\u00fe'), 'latin1')),
  raw('an overlong encoding of <', (xml) =>
    Buffer.concat([Buffer.from(xml.slice(0, 400)), Buffer.from([0xc0, 0xbc]), Buffer.from(xml.slice(400))]),
  ),
  raw('a null byte in the NameID', (xml) => encodeResponse(xml.replace(mallory, `${victim}\0.evil.test`))),
  raw('a null byte after the root', (xml) => encodeResponse(`${xml}\0`)),
  raw('a reference to the null character', (xml) => encodeResponse(xml.replace(mallory, `${victim}&#0;x`))),
  raw('an unpaired surrogate by reference', (xml) =>
    encodeResponse(xml.replace(mallory, `${victim}&#xD800;`)),
  ),
  raw('cut off in the middle', (xml) => encodeResponse(xml.slice(0, xml.length / 2))),
  raw('text after the root', (xml) => encodeResponse(`${xml}owner`)),
  raw('an attribute twice', (xml) => encodeResponse(xml.replace(' ID="', ' ID="_x" ID="'))),
  raw('one attribute under two prefixes', (xml) =>
    encodeResponse(xml.replace(' ID="', ' xmlns:p="urn:p" xmlns:q="urn:p" p:ID="_x" q:ID="_y" ID="')),
  ),
  raw('a prefix that nobody declared', (xml) => encodeResponse(xml.replace(' ID="', ' nobody:ID="_x" ID="'))),
  raw('a prefix that is undeclared', (xml) => encodeResponse(xml.replace(' ID="', ' xmlns:p="" ID="')), [
    'malformed',
    'forbidden_xml',
  ]),
  raw('the prefix xml bound to another namespace', (xml) =>
    encodeResponse(xml.replace(' ID="', ' xmlns:xml="urn:p" ID="')),
  ),
  raw(
    'XML 1.1, which canonicalization does not know',
    (xml) => encodeResponse(`<?xml version="1.1"?>${xml}`),
    ['malformed', 'forbidden_xml'],
  ),
  raw(
    'XML 1.1 with a control character in the NameID',
    (xml) => encodeResponse(`<?xml version="1.1"?>${xml.replace(mallory, `${victim}&#1;`)}`),
    ['malformed', 'forbidden_xml', 'signature_invalid'],
  ),
  raw('two XML declarations', (xml) => encodeResponse(`<?xml version="1.0"?><?xml version="1.0"?>${xml}`), [
    'malformed',
    'forbidden_xml',
  ]),
  raw('an entity that nobody declared', (xml) => encodeResponse(xml.replace(mallory, '&owner;'))),
]
