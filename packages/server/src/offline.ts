// What commands use of the service that start none: nothing here loads the store's queries, the doors or what they need.
export { createPrivateFile } from './base/private-file.ts'
export { controlSocketName, explainLongSocket, shortest } from './base/socket-path.ts'
export { readConfig, readSecret } from './config.ts'
export { hashEvent } from './events/hash.ts'
export { isKeyToRestore, readSecretKeys, restoreSecretKey } from './secret-key/file.ts'
export { StoreRefusal } from './store/errors.ts'
export { backupStore, checkStore, restoreStore } from './store/sqlite-copy.ts'
export { embeddedFileName } from './store/sqlite-folder.ts'
