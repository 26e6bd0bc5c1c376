// Which door answers which path: the first that is at it.
import { isUnder } from './base/base-path.ts'
import { brandFilesPath } from './brand/images.ts'
import { isConsolePath } from './console/routes.ts'
import type { Doors } from './doors.ts'
import type { Hold } from './http/admission.ts'
import { type Answer, type Asked, toResponse } from './http/asked.ts'
import type { Peer } from './http/client-address.ts'
import type { Oversize } from './http/limits.ts'
import type { Metrics } from './http/metrics.ts'
import { noteRoute, noteTemplate, routeOf } from './http/request-log.ts'
import { findRoute, type WithRoutes } from './http/routes.ts'
import type { RefusalStyle } from './http/wrong-credentials.ts'
import { tokenPath } from './oauth/token.ts'
import { portalPages } from './portal/routes.ts'
import { isMisplaced } from './scim/target.ts'
import { isSsoPage } from './sso/routes.ts'

/** What the listener knows of a request's other end. */
export interface Connection extends Peer {
  /** Came through the socket in the data folder. */
  readonly isControlSocket: boolean
  /** Counted by the listener; undefined without one. */
  readonly headerBytes: number | undefined
  /** To be told whose connection it is, once a credential proved right. */
  readonly hold?: Hold | undefined
}

/** An answer of a probe or of a door. */
export type Reply = Response | Promise<Response>

/** What a door is told of a request's other end. */
export interface DoorPeer {
  readonly ip: string | null
  readonly isControlSocket: boolean
  readonly hold: Hold | undefined
  readonly oversize: Oversize | undefined
}

/** A door, and where it stands. */
export interface Place {
  readonly routes: readonly string[]
  /** Its requests are counted by the door itself, or by nobody. */
  readonly countsItself?: true
  /** Whether the door tells of a URL or headers that are too long in its own words. */
  readonly saysTooLong: boolean
  isAt(path: string, request: Request): boolean
  answer(request: Request, peer: DoorPeer, connection: Connection): Reply
}

/** The same answer, but for whoever comes with one wrong credential too many. */
export type Limited = (
  style: Exclude<RefusalStyle, 'scim'>,
  request: Request,
  ip: string | null,
  answering: Promise<Response>,
) => Promise<Response>

/** Path -> what answers it beside the doors. */
export type Probes = Readonly<Record<string, (request: Request) => Reply>>

/** Which door answers which path: the first that is at it. */
export function createPlaces(
  {
    scim,
    token,
    metadata,
    admin,
    sso,
    portal,
    console,
    brandFiles,
  }: Omit<Doors, 'scim'> & {
    readonly scim: WithRoutes<(asked: Asked, peer: DoorPeer) => Promise<Answer>>
  },
  probes: Probes,
  limited: Limited,
): readonly Place[] {
  const answerScim = async (request: Request, peer: DoorPeer): Promise<Response> => {
    const answer = await scim(request, peer)
    return noteRoute(toResponse(answer), routeOf(answer))
  }
  return [
    {
      countsItself: true,
      routes: scim.routes,
      saysTooLong: true,
      isAt: (path) => isUnder(path, '/scim/v2'),
      answer: answerScim,
    },
    {
      routes: token.routes,
      saysTooLong: true,
      isAt: (path) => path === tokenPath,
      answer: (request, peer) => limited('oauth', request, peer.ip, token(request, peer)),
    },
    { ...metadata, saysTooLong: false },
    {
      countsItself: true,
      routes: admin.routes,
      saysTooLong: true,
      isAt: (path) => isUnder(path, '/api/v1'),
      answer: (request, peer) => limited('problem', request, peer.ip, admin(request, peer)),
    },
    ...createPagePlaces({ sso, portal, console, brandFiles }),
    ...toProbePlaces(probes),
    { countsItself: true, routes: [], saysTooLong: true, isAt: isMisplaced, answer: answerScim },
    // An imported connection may have its ACS anywhere.
    { routes: [], saysTooLong: true, isAt: (_, { method }) => method === 'POST', answer: sso },
  ]
}

/** Doors that people open in browsers. */
function createPagePlaces({
  sso,
  portal,
  console,
  brandFiles,
}: Pick<Doors, 'sso' | 'portal' | 'console' | 'brandFiles'>): readonly Place[] {
  return [
    {
      routes: sso.routes,
      saysTooLong: true,
      isAt: (path) => isUnder(path, '/saml') || isUnder(path, '/sso') || isSsoPage(path),
      answer: sso,
    },
    {
      routes: portal.routes,
      saysTooLong: false,
      isAt: (path) => Object.hasOwn(portalPages, path),
      answer: portal,
    },
    { routes: console.routes, saysTooLong: false, isAt: isConsolePath, answer: console },
    {
      routes: brandFiles.routes,
      saysTooLong: false,
      isAt: (path) => isUnder(path, brandFilesPath),
      answer: brandFiles,
    },
  ]
}

/** Machines ask them again and again, and nobody counts that. */
function toProbePlaces(probes: Probes): readonly Place[] {
  return Object.entries(probes).map(([path, probe]) => ({
    countsItself: true,
    routes: [`* ${path}`],
    saysTooLong: false,
    isAt: (asked) => asked === path,
    answer: probe,
  }))
}

/** What counts as one route, whatever a stranger asked for. */
export const elsewhere = 'elsewhere'

/** The same places, which count what they answer where their doors do not, and note its route. */
export function countPlaces(places: readonly Place[], { observeRequest }: Metrics): readonly Place[] {
  return places.map((place) =>
    place.countsItself === true
      ? place
      : {
          ...place,
          async answer(request, peer, connection) {
            const startedAt = performance.now()
            const answer = await place.answer(request, peer, connection)
            const { method, url } = request
            const route = findRoute(place.routes, method, new URL(url).pathname) ?? elsewhere
            observeRequest(method, route, answer.status, (performance.now() - startedAt) / 1_000)
            return noteTemplate(answer, route)
          },
        },
  )
}
