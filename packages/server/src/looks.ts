// What a look at an installation uses of the service: its settings, its database, its way out. Nothing here serves.

export { type Config, ConfigError, readConfig, secretSettings } from './config.ts'
export { createAddressGuard } from './outbound/addresses.ts'
export { createDns } from './outbound/dns.ts'
export { createMailer, MailError } from './outbound/mail.ts'
export { createOutbound, type Outbound, OutboundError } from './outbound/outbound.ts'
export { StoreRefusal } from './store/errors.ts'
export { type LedgerLook, lookAtEmbedded, lookAtPostgres, type PostgresLook } from './store/look.ts'
export { embeddedFileName } from './store/sqlite-folder.ts'
