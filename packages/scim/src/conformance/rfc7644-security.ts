// RFC 7644 §7: security, of which nothing can be judged from outside.

import { section, unjudged } from './requirement.ts'

const security = [
  ...section('RFC 7644 §7.1', [
    unjudged(
      'MUST NOT',
      'user-info',
      'access',
      'Clients put no user name and password into URIs.',
      'a duty of clients',
    ),
  ]),
  ...section('RFC 7644 §7.2', [
    unjudged(
      'MUST',
      'tls-required',
      'access',
      'Client and server require transport-layer security.',
      'it ends in front of many servers, and local ones go without',
    ),
    unjudged(
      'MUST',
      'tls-version',
      'access',
      'The server supports TLS 1.2.',
      "the connection is not in the catalogue's hands",
    ),
    unjudged(
      'MUST',
      'tls-identity',
      'access',
      'Clients check the identity of the server.',
      'a duty of clients',
    ),
  ]),
  ...section('RFC 7644 §7.3', [
    unjudged(
      'MUST',
      'token-threats',
      'access',
      'The threats of RFC 7521 §8 are taken into account.',
      'a matter of design',
    ),
  ]),
  ...section('RFC 7644 §7.4', [
    unjudged(
      'MUST',
      'entropy',
      'access',
      'Bearer tokens and cookies are too random to guess.',
      'one token tells nothing about the others',
    ),
    unjudged(
      'MUST',
      'token-tls',
      'access',
      'Bearer tokens and cookies travel by TLS only.',
      'it ends in front of many servers, and local ones go without',
    ),
    unjudged(
      'MUST',
      'lifetime',
      'access',
      'Bearer tokens have a limited lifetime.',
      'a run is shorter than a lifetime',
    ),
    unjudged(
      'SHOULD',
      'cookies',
      'access',
      'Cookies last no longer than the session of a browser.',
      'the catalogue has a bearer key only',
    ),
  ]),
  ...section('RFC 7644 §7.5', [
    unjudged(
      'MUST',
      'privacy',
      'access',
      'The privacy considerations of RFC 7643 are considered.',
      'a matter of design',
    ),
    unjudged(
      'SHOULD',
      'filters-by-post',
      'filter',
      'Clients send confidential filters by POST.',
      'a duty of clients',
    ),
    unjudged(
      'SHOULD',
      'filters-by-get',
      'filter',
      'Confidential filters by GET are refused with 403.',
      "what is confidential is the server's to say",
    ),
  ]),
  ...section('RFC 7644 §7.7', [
    unjudged(
      'SHOULD',
      'storage',
      'password',
      'Stored credentials are protected as RFC 6819 §5.1.4.1 says.',
      'storage cannot be seen',
    ),
    unjudged(
      'SHOULD',
      'online-attacks',
      'password',
      'Secrets are protected against online attacks.',
      'an attack would be needed',
    ),
    unjudged(
      'SHOULD',
      'access-model',
      'access',
      'Clients are told apart by an access control model.',
      'it takes a second client to see',
    ),
  ]),
  ...section('RFC 7644 §7.8', [
    unjudged(
      'MUST',
      'prepared',
      'filter',
      'Strings are prepared before they are compared in filters.',
      'how is said in §5, where what can be seen is asked',
    ),
  ]),
]

export const securityRequirements = [...security]
