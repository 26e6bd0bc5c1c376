// The tools that several peers stand on.
import { command } from './installed.ts'

export const python = command('python3', ['-c', 'import venv'], 'python3-venv')
export const xmlsec1 = command('xmlsec1', ['--version'], 'xmlsec1')
export const go = command('go', ['version'], 'golang-go', { least: '1.26', pattern: /go1\.(2[6-9]|[3-9]\d)/ })
export const java = command('java', ['-version'], 'openjdk-17-jre-headless')
export const javac = command('javac', ['-version'], 'openjdk-17-jdk-headless')
export const maven = command('mvn', ['--version'], 'maven')
export const cargo = command('cargo', ['--version'], 'cargo')
export const tar = command('tar', ['--version'], 'tar')
export const php = command(
  'php',
  ['-r', 'exit(extension_loaded("dom") ? 0 : 1);'],
  'php-cli php-xml php-mbstring',
)
export const openssl = command('openssl', ['version'], 'openssl')
export const starman = command('starman', ['--version'], 'starman')
/** With what its issuers load. */
export const lemonldap = command(
  'perl',
  ['Main', 'Issuer::SAML', 'Issuer::OpenIDConnect', 'Captcha::SecurityImage']
    .map((one) => `-MLemonldap::NG::Portal::${one}`)
    .concat('-e', '1'),
  'lemonldap-ng liblasso-perl libgd-securityimage-perl libimage-magick-perl libio-string-perl libstring-random-perl libxml-libxml-perl libxml-simple-perl',
  { called: 'LemonLDAP::NG' },
)
