// What directories send in other forms than the RFCs have, by kinds: each a generator of inputs with what each means. Made by a seed, so
// that a run says the same again.
import type { Json } from './client.ts'

export const user = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
export const hr = 'urn:acme:params:scim:schemas:extension:hr:2.0:User'

/** The operator's own schema that the inputs speak of. */
export const hrSchema = {
  id: hr,
  attributes: [
    { name: 'devices', multiValued: true },
    { name: 'grade', type: 'integer' },
    { name: 'rate', type: 'decimal' },
    { name: 'remote', type: 'boolean' },
    { name: 'joined', type: 'dateTime' },
    { name: 'photo', type: 'binary' },
  ],
} as const

/** A JSON text of its own, such as a number with more digits than a double. */
export class Raw {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** As JSON.stringify, with what is raw as it is. */
export function toText(value: unknown): string {
  if (value instanceof Raw) return value.text
  if (Array.isArray(value)) return `[${value.map(toText).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${toText(member)}`).join(',')}}`
}

/** Members of a user's body, and what they mean: whether a user read back has it, and what activity says where it has not. */
export interface Input {
  readonly values: Json
  readonly isApplied: (read: Json) => boolean
  readonly names: readonly string[]
}

/** A generator of random numbers that is its seed's alone. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 4_294_967_296) * below)
  }
}

type Random = ReturnType<typeof createRandom>

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T

function recase(random: Random, text: string): string {
  return [...text].map((letter) => (random(2) === 0 ? letter.toUpperCase() : letter.toLowerCase())).join('')
}

const at = (read: Json, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as Json | undefined)?.[name], read)
const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)

interface Attribute {
  readonly name: string
  readonly value: unknown
}

const core: readonly Attribute[] = [
  { name: 'active', value: false },
  { name: 'title', value: 'T' },
  { name: 'displayName', value: 'D' },
  { name: 'nickName', value: 'N' },
  { name: 'externalId', value: 'x-1' },
  { name: 'locale', value: 'en-US' },
  { name: 'name', value: { givenName: 'G', familyName: 'F' } },
  { name: 'emails', value: [{ value: 'a@acme.test', type: 'work' }] },
  { name: 'roles', value: [{ value: 'r' }] },
]
const ofEnterprise: readonly Attribute[] = [
  { name: 'department', value: 'Dep' },
  { name: 'employeeNumber', value: '7' },
  { name: 'costCenter', value: 'C' },
  { name: 'division', value: 'Div' },
  { name: 'organization', value: 'O' },
]

/** Core attributes under the core URN, as an object or as a path, in any case. */
function underCore(random: Random): Input {
  const { name, value } = pick(random, core)
  const urn = pick(random, [user, user.toLowerCase(), recase(random, user), 'urn:scim:schemas:core:2.0:User'])
  const key = random(2) === 0 ? name : recase(random, name)
  const form = random(5)
  const values =
    form === 0
      ? { [`${urn}:${key}`]: value }
      : form === 1
        ? { [`${urn}.${key}`]: value }
        : { [urn]: form === 2 ? [{ [key]: value }] : { [key]: value } }
  return { values, isApplied: (read) => isSame(at(read, name), value), names: [key, urn] }
}

/** Attributes of an extension by their full name, with a dot, in another case, under an older URN, or by their name alone. */
function ofExtension(random: Random): Input {
  const { name, value } = pick(random, ofEnterprise)
  const key = random(3) === 0 ? recase(random, name) : name
  const older = 'urn:scim:schemas:extension:enterprise:1.0'
  const values = pick<Json>(random, [
    { [key]: value },
    { [`${enterprise}.${key}`]: value },
    { [`${enterprise}:${key}`]: value },
    { [recase(random, enterprise)]: { [key]: value } },
    { [enterprise]: [{ [key]: value }] },
    { [`${older}:${key}`]: value },
    { [older]: { [key]: value } },
    { [enterprise]: { [`${enterprise}:${key}`]: value } },
  ])
  return { values, isApplied: (read) => isSame(at(read, enterprise, name), value), names: [key, older] }
}

function misspell(random: Random, name: string): string {
  const place = 1 + random(name.length - 1)
  const letters = [...name]
  switch (random(4)) {
    case 0:
      return [...letters.slice(0, place), ...letters.slice(place + 1)].join('')
    case 1:
      return [...letters.slice(0, place), letters[place - 1], ...letters.slice(place)].join('')
    case 2:
      return `${name}X`
    default:
      return `x_${name}`
  }
}

/** Names that nothing has, as attributes, sub-attributes and under URNs. */
function misspelt(random: Random): Input {
  const { name, value } = pick(random, [...core, ...ofEnterprise])
  const wrong = misspell(random, name)
  const values = pick<Json>(random, [
    { [wrong]: value },
    { name: { [wrong]: 'x', givenName: 'G' } },
    { [enterprise]: { [wrong]: value } },
    { [`${user}:${wrong}`]: value },
    { [`${enterprise}:${wrong}`]: value },
    { [`urn:acme:${wrong}:1.0:User`]: { [name]: value } },
    { [`${wrong}[type eq "work"].value`]: 'x' },
    { emails: [{ value: 'a@acme.test', [wrong]: 'x' }] },
  ])
  return { values, isApplied: () => false, names: [wrong] }
}

/** Keys of a body that choose a value as a path does. */
function choosing(random: Random): Input {
  const [name, type] = pick(random, [
    ['emails', 'work'],
    ['emails', 'home'],
    ['phoneNumbers', 'mobile'],
    ['phoneNumbers', 'fax'],
    ['ims', 'xmpp'],
    ['roles', 'any'],
  ] as const)
  const value = `v${random(1_000)}`
  const urn = pick(random, ['', '', `${user}:`, `${user}.`])
  const filter = pick(random, [`type eq "${type}"`, `TYPE EQ "${type}"`, `type eq "${type}" and value pr`])
  const key = `${urn}${name}[${filter}]${pick(random, ['.value', '.value', ''])}`
  const values = { [key]: key.endsWith('value') ? value : { value } }
  const isApplied = (read: Json) =>
    ((at(read, name) ?? []) as Json[]).some((one) => one.type === type && one.value === value)
  return { values, isApplied, names: [name] }
}

const digits = [
  '7',
  '1.50',
  '-0',
  '1e400',
  '1E5',
  '0.10',
  '007'.slice(2),
  '9007199254740993',
  '1e-7',
  '-12.0',
]

/** Numbers where a text is wanted: every digit is kept. */
function numbers(random: Random): Input {
  const long = Array.from({ length: 17 + random(8) }, () => 1 + random(9)).join('')
  const text =
    random(3) === 0 ? pick(random, digits) : pick(random, [long, `-${long}`, `${long}.5`, `${long}e3`])
  const [values, path] = pick<readonly [Json, readonly string[]]>(random, [
    [{ externalId: new Raw(text) }, ['externalId']],
    [{ title: new Raw(text) }, ['title']],
    [{ title: [new Raw(text)] }, ['title']],
    [{ name: { givenName: new Raw(text) } }, ['name', 'givenName']],
    [{ [enterprise]: { employeeNumber: new Raw(text) } }, [enterprise, 'employeeNumber']],
    [{ emails: [{ value: new Raw(text) }] }, ['emails', '0', 'value']],
    [{ [hr]: { devices: [new Raw(text)] } }, [hr, 'devices', '0']],
  ])
  return { values, isApplied: (read) => at(read, ...path) === text, names: [] }
}

/** Values of the other types in the forms that templates give them. */
function typed(random: Random): Input {
  const flag = random(2) === 0
  const whole = random(1_000)
  const day = `20${10 + random(20)}-0${1 + random(9)}-${10 + random(18)}`
  const instant = (text: unknown) => Date.parse(String(text))
  const [values, isApplied] = pick<readonly [Json, (read: Json) => boolean]>(random, [
    [
      {
        active: pick<unknown>(random, [flag ? 1 : 0, flag ? '1' : '0', recase(random, String(flag)), [flag]]),
      },
      (read) => read.active === flag,
    ],
    [
      { [hr]: { remote: pick<unknown>(random, [flag ? 1 : 0, ` ${flag} `, recase(random, String(flag))]) } },
      (read) => at(read, hr, 'remote') === flag,
    ],
    [
      { emails: [{ value: 'p@acme.test', primary: pick<unknown>(random, ['', null, 'False', 0]) }] },
      (read) =>
        at(read, 'emails', '0', 'value') === 'p@acme.test' && at(read, 'emails', '0', 'primary') !== true,
    ],
    [
      {
        [hr]: {
          grade: pick<unknown>(random, [String(whole), [whole], { value: whole }, new Raw(`${whole}.0`)]),
        },
      },
      (read) => at(read, hr, 'grade') === whole,
    ],
    [{ [hr]: { rate: `${whole}.25` } }, (read) => at(read, hr, 'rate') === whole + 0.25],
    [
      { [hr]: { joined: `${day}${pick(random, ['', 'Z', '+00:00', '+0000', ' 00:00', 'T00:00:00'])}` } },
      (read) =>
        instant(at(read, hr, 'joined')) === instant(`${day}T00:00:00Z`) ||
        instant(at(read, hr, 'joined')) === instant(`${day}T00:00:00`),
    ],
    [
      { [hr]: { photo: `QUJD${pick(random, ['', '\n', '\r\n', ' '])}REVG${pick(random, ['', '\n'])}` } },
      (read) => at(read, hr, 'photo') === 'QUJDREVG',
    ],
    [
      { [enterprise]: { manager: pick<unknown>(random, ['m', ['m'], [{ value: 'm' }], { value: ['m'] }]) } },
      (read) => at(read, enterprise, 'manager', 'value') === 'm',
    ],
    [
      { [hr]: { devices: pick<unknown>(random, ['d', { value: 'd' }, [{ value: 'd' }], ['d', 'D', 'd']]) } },
      (read) => isSame(at(read, hr, 'devices'), ['d']),
    ],
    [
      {
        title: pick<unknown>(random, [
          ['T'],
          { value: 'T' },
          [{ value: 'T' }],
          ['T', 'U'],
          [['T']],
          { text: 'T' },
        ]),
      },
      (read) => read.title === 'T',
    ],
  ])
  return { values, isApplied, names: [] }
}

/** Nothing, in all its forms, for any attribute: it is absent then. */
function empty(random: Random): Input {
  const nothing = pick<unknown>(random, ['', null, [], {}, [''], [{}], [null]])
  const [values, path] = pick<readonly [Json, readonly string[]]>(random, [
    ...core.slice(1).map(({ name }) => [{ [name]: nothing }, [name]] as const),
    ...ofEnterprise.map(({ name }) => [{ [enterprise]: { [name]: nothing } }, [enterprise, name]] as const),
    [{ [enterprise]: nothing }, [enterprise]],
    [{ [hr]: { grade: nothing, devices: nothing } }, [hr]],
    [{ name: { givenName: nothing } }, ['name', 'givenName']],
    [{ emails: [{ type: 'work', value: nothing }] }, ['emails']],
  ])
  // A profile that reads no empty text as nothing keeps it.
  const isNothing = (value: unknown) =>
    value === undefined || value === '' || isSame(value, [{ type: 'work', value: '' }])
  return { values, isApplied: (read) => isNothing(at(read, ...path)), names: path }
}

/** The same values more than once. */
function repeated(random: Random): Input {
  const address = () => ({
    value: recase(random, 'd@acme.test'),
    ...(random(2) === 0 ? { type: recase(random, 'work') } : {}),
    ...(random(3) === 0 ? { primary: random(2) === 0 } : {}),
  })
  const name = pick(random, ['emails', 'roles', 'entitlements', 'phoneNumbers'])
  const values = Array.from({ length: 2 + random(4) }, address)
  const isApplied = (read: Json) => {
    const keys = ((at(read, name) ?? []) as Json[]).map(({ value, type = '' }) =>
      `${value}|${type}`.toLowerCase(),
    )
    return keys.length > 0 && keys.length === new Set(keys).size
  }
  return { values: { [name]: values }, isApplied, names: [] }
}

/** What clients send that is not theirs to say. */
function notTheirs(random: Random): Input {
  const [values, names] = pick<readonly [Json, readonly string[]]>(random, [
    [{ id: 'mine' }, ['id']],
    [{ meta: { created: '2020-01-01T00:00:00Z' } }, ['meta']],
    [{ groups: [{ value: 'grp_x' }] }, ['groups']],
    [{ password: 'correct horse' }, ['password']],
    [{ [enterprise]: { manager: { value: 'm', displayName: 'M' } } }, ['displayName']],
    [{ [`${enterprise}:manager.displayName`]: 'M' }, ['displayName']],
    [{ 'meta.version': 'W/"9"' }, ['meta']],
    [{ 'groups[value eq "x"].display': 'G' }, ['groups']],
    [{ [user]: { id: 'mine' } }, ['id']],
  ])
  return { values, isApplied: () => false, names }
}

/** What mappings and templates that are written by hand send: texts for everything, paths for keys, names of their own. */
function handMade(random: Random): Input {
  const serial = random(1_000)
  const flag = random(2) === 0
  const type = recase(random, pick(random, ['mobile', 'work', 'home', 'fax', 'pager', 'other', 'work_fax']))
  const [values, isApplied, names] = pick<readonly [Json, (read: Json) => boolean, readonly string[]]>(
    random,
    [
      [
        { active: pick<unknown>(random, [`${flag}`, recase(random, `${flag}`), flag ? '1' : '0']), id: null },
        (read) => read.active === flag,
        ['active'],
      ],
      [
        { 'name.givenName': `G${serial}`, 'name.familyName': 'F', title: '', nickName: '', displayName: 'D' },
        (read) => isSame(read.name, { givenName: `G${serial}`, familyName: 'F' }) && read.displayName === 'D',
        ['name'],
      ],
      [
        { givenName: 'G', familyName: 'F', email: 'f@acme.test', department: `D${serial}` },
        () => false,
        ['givenName', 'familyName', 'email'],
      ],
      [
        { emails: pick<unknown>(random, ['s@acme.test', ['s@acme.test'], { value: 's@acme.test' }]) },
        mails,
        ['emails'],
      ],
      [
        { emails: [{ value: 's@acme.test', type: 'work', primary: recase(random, 'true') }] },
        mails,
        ['emails'],
      ],
      [
        { phoneNumbers: [{ value: new Raw(`15550${serial + 100}`), type, primary: '' }] },
        (read) => at(read, 'phoneNumbers', '0', 'value') === `15550${serial + 100}`,
        ['phoneNumbers'],
      ],
      [
        { [`phoneNumbers[type eq "${type}"].value`]: `+1 555 0${serial}` },
        (read) => at(read, 'phoneNumbers', '0', 'value') === `+1 555 0${serial}`,
        ['phoneNumbers'],
      ],
      [
        { 'addresses[type eq "work"].streetAddress': 'S', 'addresses[type eq "work"].region': '' },
        (read) => at(read, 'addresses', '0', 'streetAddress') === 'S',
        ['addresses'],
      ],
      [
        pick<Json>(random, [
          { [enterprise]: { manager: 'm' } },
          { [`${enterprise}:manager`]: 'm' },
          { [`${enterprise}:manager.value`]: 'm' },
          { [`${enterprise}.manager`]: { value: 'm', displayName: '' } },
          { manager: 'm' },
          { 'manager.value': 'm' },
        ]),
        (read) => at(read, enterprise, 'manager', 'value') === 'm',
        ['manager'],
      ],
      [
        { [enterprise]: { department: 'Eng', manager: { managerId: '', displayName: ' ' } } },
        () => false,
        ['managerId', 'displayName'],
      ],
      [
        { [enterprise]: { department: 'Eng', [`team${serial}`]: 'x', employeeNumber: new Raw(`${serial}`) } },
        () => false,
        [`team${serial}`],
      ],
      [{ [`${enterprise}:costCentre${serial}`]: 'x', title: 'T' }, () => false, [`costCentre${serial}`]],
      [
        { schemas: ['urn:scim:schemas:core:2.0', 'urn:scim:schemas:extension:enterprise:2.0'], title: 'T' },
        (read) => read.title === 'T',
        ['schemas'],
      ],
      [{ roles: pick<unknown>(random, ['a', ['a'], [{ value: 'a', primary: 'False' }]]) }, roles, ['roles']],
      [
        { groups: [], meta: { resourceType: 'User' }, password: '', externalId: new Raw(`7${serial}`) },
        (read) => read.externalId === `7${serial}`,
        ['groups', 'meta', 'password'],
      ],
      [
        { [hr]: { grade: `${serial}`, remote: `${flag}`, devices: 'd' } },
        (read) => at(read, hr, 'grade') === serial,
        [hr],
      ],
    ],
  )
  return { values, isApplied, names }
}

const mails = (read: Json) => at(read, 'emails', '0', 'value') === 's@acme.test'
const roles = (read: Json) => at(read, 'roles', '0', 'value') === 'a'

/** Each kind of input of a user's body. */
export const kinds: Readonly<Record<string, (random: Random) => Input>> = {
  'attributes under the core URN (K6)': underCore,
  'attributes of an extension (K7)': ofExtension,
  'misspelt names (K7)': misspelt,
  'keys that choose (K7)': choosing,
  'numbers for texts (K9)': numbers,
  'values in other forms (K10, K11, K13)': typed,
  'nothing (K11)': empty,
  'repeated values (K12)': repeated,
  'what is not theirs (K1)': notTheirs,
  'what is mapped by hand': handMade,
}

/** How a member of a group may be named: by that, not at all, or (undefined) by an id that nobody has. */
export function memberForms(
  random: Random,
  id: string,
  scimUrl: string,
): { value: unknown; isNamed: boolean | undefined } {
  const kind = id.startsWith('grp') ? 'Groups' : 'Users'
  const [value, isNamed] = pick<readonly [unknown, boolean | undefined]>(random, [
    [{ value: id }, true],
    [{ value: id, display: 'x', $ref: null }, true],
    [{ VALUE: id }, true],
    [{ $ref: `${scimUrl}/${kind}/${id}` }, true],
    [{ $REF: `${scimUrl}/${kind}/${id}/`, type: 'User' }, true],
    [{ $ref: `../${kind}/${id}?attributes=id` }, true],
    [{ $ref: `https://elsewhere.acme.test/scim/${kind}/${id}` }, true],
    [{ value: '', $ref: `/${kind}/${id}` }, true],
    [id, true],
    [{ display: 'somebody' }, false],
    [{}, false],
    [null, false],
    ['', false],
    [{ $ref: '' }, false],
    [{ type: 'User', display: 'x' }, false],
    [{ value: null }, false],
    [{ id }, false],
    [{ member: id }, false],
    [{ value: [] }, false],
    [{ value: 7 }, undefined],
    [{ value: 'nobody' }, undefined],
    [{ $ref: 'not a place' }, undefined],
  ])
  return { value, isNamed }
}

/** A query of a list of three or more users, and whether its answer is the one that was meant. */
export interface Query {
  readonly text: string
  readonly isApplied: (list: Json) => boolean
  readonly names: readonly string[]
}

export function makeQuery(random: Random, userName: string): Query {
  const [name, value, isApplied] = pick<readonly [string, string, (list: Json) => boolean]>(random, [
    ['startIndex', '2', (list) => list.startIndex === 2],
    ['count', '1', (list) => list.itemsPerPage === 1],
    ['filter', `userName eq "${userName}"`, (list) => list.totalResults === 1],
    ['filter', `${user}.userName eq "${userName}"`, (list) => list.totalResults === 1],
    ['filter', `department eq "of ${userName}"`, (list) => list.totalResults === 1],
    ['filter', `${enterprise}.department eq "of ${userName}"`, (list) => list.totalResults === 1],
    ['attributes', 'userName', (list) => hasOnly(list, ['userName'])],
    ['attributes', 'department', (list) => hasOnly(list, [enterprise])],
    ['excludedAttributes', 'userName', (list) => !hasOnly(list, ['userName'])],
    ['sortBy', 'userName', (list) => Array.isArray(list.Resources)],
    ['sortOrder', 'descending', (list) => Array.isArray(list.Resources)],
  ])
  const isList = Array.isArray
  const pair = (key: string, one: string) => `${key}=${encodeURIComponent(one)}`
  switch (random(6)) {
    case 0:
      return { text: pair(recase(random, name), value), isApplied, names: [name] }
    case 1:
      return {
        text: `${pair(name, '')}&count=50`,
        isApplied: (list) => isList(list.Resources),
        names: [name],
      }
    case 2:
      return { text: `${pair(name, value)}&${pair(name, value)}`, isApplied, names: [name] }
    case 3: {
      const wrong = misspell(random, name)
      return { text: pair(wrong, value), isApplied: () => false, names: [wrong] }
    }
    case 4:
      return {
        text: `attributes=userName&${pair(recase(random, 'attributes'), 'active')}`,
        isApplied: (list) => hasOnly(list, ['userName', 'active']),
        names: ['attributes'],
      }
    default:
      // As encodeURI writes it: spaces as %20, a plus as itself.
      return { text: encodeURI(`${name}=${value}`), isApplied, names: [name] }
  }
}

function hasOnly(list: Json, names: readonly string[]): boolean {
  const allowed = new Set(['schemas', 'id', 'meta', ...names])
  const all = (list.Resources ?? []) as Json[]
  const isMeta = (name: string) => name === 'meta'
  return (
    all.length > 0 &&
    all.every((one) =>
      Object.keys(one).every((name) => allowed.has(name) && (!isMeta(name) || names.length === 0)),
    )
  )
}

/** One bulk operation that creates a user of this name, in a form of its own. */
export function makeCreation(
  random: Random,
  userName: string,
  scimUrl: string,
): { operation: Json; more: Json } {
  const base = scimUrl.replace(/^https?:\/\/[^/]+/, '')
  const data = { schemas: [user], userName }
  const text = pick(random, ['bulkId:', 'bulkId: the book', 'bulkId:nobody', 'bulkId:b'])
  const operation = {
    method: pick(random, ['POST', 'post', 'Post']),
    path: pick(random, [
      '/Users',
      'Users',
      '/Users/',
      `${base}/Users`,
      `${scimUrl}/Users`,
      '/users',
      `https://other.acme.test${base}/Users`,
    ]),
    bulkId: pick<unknown>(random, ['b', 7, new Raw('12345678901234567890'), 'a b', null, undefined, '']),
    data: pick<unknown>(random, [
      data,
      [data],
      { ...data, title: text },
      { ...data, externalId: text },
      { ...data, displayName: text, name: { formatted: text } },
      { ...data, [enterprise]: { department: text } },
    ]),
    ...pick<Json>(random, [{}, {}, { version: null }, { extra: 1 }]),
  }
  return {
    operation,
    more: pick<Json>(random, [
      {},
      { failOnErrors: 0 },
      { failOnErrors: '1' },
      { failOnErrors: 1 },
      { failOnErrors: null },
    ]),
  }
}
