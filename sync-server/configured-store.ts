import type { ServerConfig } from './config.ts'
import { openStore } from './store/index.ts'
import type { Store } from './store/index.ts'

type Where = Pick<ServerConfig, 'dataFolder' | 'keyFile' | 'databaseUrl' | 'masterKey'>
type Others = Parameters<typeof openStore>

/** The store that the settings name: for the server, and for what is done at a terminal. Throws what `openStore` throws. */
export function openConfiguredStore(
  { dataFolder, keyFile, databaseUrl, masterKey }: Where,
  { logAhead }: Pick<Others[0], 'logAhead'> = {},
  between?: Others[1],
): Promise<Store> {
  const given = { databaseUrl: databaseUrl ?? undefined, masterKey: masterKey ?? undefined }
  return openStore({ dataFolder, keyFile, logAhead, ...given }, between)
}
