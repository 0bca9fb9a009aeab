import { uiModules } from './modules/index.ts'
import { Unlocked } from './shell/unlocked.tsx'
import type { UnlockedProps } from './shell/unlocked.tsx'

/** The shell with every module in it: one part of the build, fetched while people type their passphrase. */
export function UnlockedApplication(props: Omit<UnlockedProps, 'modules'>) {
  return <Unlocked {...props} modules={uiModules} />
}
