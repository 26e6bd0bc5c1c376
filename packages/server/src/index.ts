// The public face of the service, for the command and for tests.
export { createApp } from './app.ts'
export { createEnvelope } from './base/envelope.ts'
export { createLog } from './base/log.ts'
export { createPrivateFile } from './base/private-file.ts'
export { hashSecret } from './base/secret.ts'
export { type Config, ConfigError, readConfig, readSecret, secretSettings } from './config.ts'
export { openConsoleFiles } from './console/files.ts'
export { openOperatorKey } from './directory/operator-key.ts'
export { hashEvent } from './events/seal.ts'
export { createMetrics } from './http/metrics.ts'
export {
  controlSocketName,
  explainLongSocket,
  migrateStore,
  type Service,
  shortest,
  startService,
} from './main.ts'
export { consoleFolder, openDatabase } from './node.ts'
export { isKeyToRestore, readSecretKeys, restoreSecretKey } from './secret-key/file.ts'
export { assertOpensCopy, openSecretKeys, readStatus, type SecretKeys } from './secret-key/open.ts'
export type { RotationStatus } from './secret-key/rotation.ts'
export { StoreRefusal } from './store/errors.ts'
export { backupStore, checkStore, restoreStore } from './store/sqlite-copy.ts'
export { embeddedFileName } from './store/sqlite-folder.ts'
