// The tools that several peers stand on.
import { command } from './installed.ts'

export const python = command('python3', ['-c', 'import venv'], 'python3-venv')
export const xmlsec1 = command('xmlsec1', ['--version'], 'xmlsec1')
export const go = command('go', ['version'], 'golang-go', {
  least: '1.26',
  pattern: /go1\.(2[6-9]|[3-9]\d)/,
  from: 'from https://go.dev/dl',
})
export const java = command('java', ['-version'], 'openjdk-17-jre-headless')
export const javac = command('javac', ['-version'], 'openjdk-17-jdk-headless')
export const maven = command('mvn', ['--version'], 'maven')
export const cargo = command('cargo', ['--version'], 'cargo', {
  least: '1.88',
  pattern: /cargo 1\.(8[89]|9\d|\d{3})/,
  from: 'by https://rustup.rs',
})
export const php = command(
  'php',
  ['-r', 'exit(extension_loaded("dom") && extension_loaded("mbstring") ? 0 : 1);'],
  'php-cli php-xml php-mbstring',
)
export const openssl = command('openssl', ['version'], 'openssl')
export const starman = command('starman', ['--version'], 'starman')
/** With what its issuers load. */
export const lemonldap = command(
  'perl',
  ['Main', 'Issuer::SAML', 'Issuer::OpenIDConnect', 'Captcha::SecurityImage']
    .map((one) => `-MLemonldap::NG::Portal::${one}`)
    .concat('-MLasso', '-e', '1'),
  [
    'lemonldap-ng',
    'Lasso',
    'GD-SecurityImage',
    'Image-Magick',
    'IO-String',
    'String-Random',
    'XML-LibXML',
    'XML-Simple',
  ]
    .map((one, at) => (at === 0 ? one : `lib${one.toLowerCase()}-perl`))
    .join(' '),
  { called: 'LemonLDAP::NG' },
)
