import { AppError } from '#app/kernel/index.ts'
import { codeOf } from '#app/recovery/index.ts'
import type { StoredRecovery } from '../../store/contract.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import type { ConsoleAnswer } from '../protocol/console.ts'
import { writeDown } from '../write-down.ts'

type RecoveryCall = 'recovery-keys' | 'set-recovery-keys' | 'recoveries' | 'approve-recovery'

/** What `npm run recovery` asks for. The private keys stay with their holders; here go boxes only. */
export function recoveryHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, RecoveryCall> {
  const { store, recovery } = parts
  return {
    'recovery-keys': async () => ({ keys: await store.access.recoveryKeys() }),
    'set-recovery-keys': async ({ keys }, caller) => {
      await store.access.setRecoveryKeys(keys)
      await writeDown(parts, caller, { action: 'set-recovery-keys' })
      return { keys }
    },
    recoveries: async () => {
      const open = (await store.access.recoveries()).filter(({ box }) => box === null)
      return { recoveries: await Promise.all(open.map((one) => describe(parts, one))) }
    },
    'approve-recovery': async (request, { by }) => {
      const { firstBy, secondBy } =
        'boxes' in request
          ? await recovery.approveFirst(by, request.id, request.boxes)
          : await recovery.approveSecond(by, request.id, request.box)
      return { approvals: [firstBy, secondBy].filter((by) => by !== null).length }
    },
  }
}

async function describe(
  { store }: ConsoleParts,
  { id, deviceId, publicKey, requestedAt, firstBy, boxes }: StoredRecovery,
): Promise<ConsoleAnswer<'recoveries'>['recoveries'][number]> {
  const device = await store.access.device(deviceId)
  const escrow = await store.access.escrow(deviceId)
  const user = device && (await store.access.user(device.userId))
  if (device === null || escrow === null || user === null) throw new AppError('recovery.none')
  return {
    id,
    deviceId,
    replicaId: device.replicaId,
    label: device.label,
    login: user?.login ?? '',
    publicKey,
    code: codeOf({ requestId: id, publicKey }),
    requestedAt,
    approvals: firstBy === null ? 0 : 1,
    boxes: boxes ?? escrow.boxes,
  }
}
