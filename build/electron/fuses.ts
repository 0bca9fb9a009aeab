import { FuseV1Options, FuseVersion } from '@electron/fuses'
import type { FuseV1Config } from '@electron/fuses'

/**
 * Switches inside Electron's binary, set for good when it is packaged. All of them are named: a fuse that a newer Electron
 * adds fails the packaging until somebody has decided about it.
 */
export const fuses: FuseV1Config = {
  version: FuseVersion.V1,
  strictlyRequireAllFuses: true,
  // Our binary is no Node for others: not by a variable, not by options, not by a debugger.
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  // The archive is loaded only if it is the one that was packaged, and nothing beside it.
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  // Speed of Argon2id in WebAssembly; no protection depends on it.
  [FuseV1Options.WasmTrapHandlers]: true,
}
