// Names of attributes that plainly mean what a known one means: in other letters, or with the namespace of somebody else before it.
// What is found so is good for a new account and a display name, and speaks for nobody who is privileged, or whom anybody else has named.
import type { mappingTargets } from '@rollcall/api'

type Target = (typeof mappingTargets)[number]

/** Of names that were sent, those that mean it; in groups, the likeliest first. */
export type AlikeNames = readonly (readonly string[])[]

// What a directory calls the person. Entra sends it where there is no mailbox.
const directoryNames = [['upn', 'userprincipalname'], ['preferredusername']] as const

/** By the last part of a name, without case and hyphens. */
const meant: Readonly<Partial<Record<Target, readonly (readonly string[])[]>>> = {
  email: [['email', 'mail', 'emailaddress', 'mailaddress', 'primaryemail', 'workemail'], ...directoryNames],
  givenName: [['firstname', 'givenname']],
  familyName: [['lastname', 'familyname', 'surname', 'sn']],
  displayName: [['displayname', 'fullname']],
  groups: [['groups', 'group', 'memberof', 'ismemberof']],
  title: [['title', 'jobtitle']],
  department: [['department']],
  employeeNumber: [['employeenumber', 'employeeid']],
}

/** Attributes that tell of somebody else, or of another mailbox than the one at work. */
const ofAnother =
  /manager|supervisor|assistant|sponsor|secretary|emergency|contact|secondary|alternat|other|additional|recovery|backup|personal|private|home|old|previous|former|admin/i

/** By what vendors send, whoever sends it. */
export function listAlike(names: readonly string[], target: Target): AlikeNames {
  const wanted = meant[target] ?? []
  const read = names.flatMap((name) => {
    const last = ofAnother.test(name) ? undefined : toLastPart(name)
    return last === undefined ? [] : [{ name, last }]
  })
  return wanted.map((group) => read.filter(({ last }) => group.includes(last)).map(({ name }) => name))
}

/** Whether a name means what a directory calls the person. */
export function isDirectoryName(name: string): boolean {
  const last = toLastPart(name)
  return last !== undefined && directoryNames.flat().some((one) => one === last)
}

/** By a rule of the organization: the same name in other letters, in the order of the rule. */
export function listAlikeWhole(names: readonly string[], rule: readonly string[]): AlikeNames {
  return rule.map((one) => names.filter((name) => name.toLowerCase() === one.toLowerCase()))
}

// user.email and http://schemas.xmlsoap.org/claims/EmailAddress; not manager.email, and no object identifier.
function toLastPart(name: string): string | undefined {
  const last = name.split(/[/:#]/).at(-1) ?? ''
  const bare = last.replace(/^(?:user|person|profile|account)\./i, '')
  return /^[a-z][a-z _-]*$/i.test(bare) ? bare.toLowerCase().replace(/[ _-]/g, '') : undefined
}
