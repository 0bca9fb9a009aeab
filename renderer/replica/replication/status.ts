import type { SyncPhase } from '../contract.ts'

/**
 * What happens to a replica's connection.
 *
 * - `connect`: an attempt begins; `connected`: the stream is open; `lost`: it ended, or the attempt failed
 * - `work`: an edit waits, or a collection is behind; `settled`: the server has answered everything
 * - `stop`: locked, revoked, or the disk failed. Only opening the replica again leads out of it
 */
export type SyncEvent = 'connect' | 'connected' | 'lost' | 'work' | 'settled' | 'stop'

/** Every phase and every event: what is not written here can't happen. */
const transitions: Readonly<Record<SyncPhase, Readonly<Record<SyncEvent, SyncPhase>>>> = {
  offline: {
    connect: 'connecting',
    connected: 'syncing',
    lost: 'offline',
    work: 'offline',
    settled: 'offline',
    stop: 'stopped',
  },
  connecting: {
    connect: 'connecting',
    connected: 'syncing',
    lost: 'offline',
    work: 'connecting',
    settled: 'connecting',
    stop: 'stopped',
  },
  syncing: {
    connect: 'connecting',
    connected: 'syncing',
    lost: 'offline',
    work: 'syncing',
    settled: 'done',
    stop: 'stopped',
  },
  done: {
    connect: 'connecting',
    connected: 'syncing',
    lost: 'offline',
    work: 'syncing',
    settled: 'done',
    stop: 'stopped',
  },
  stopped: {
    connect: 'stopped',
    connected: 'stopped',
    lost: 'stopped',
    work: 'stopped',
    settled: 'stopped',
    stop: 'stopped',
  },
}

export function nextPhase(phase: SyncPhase, event: SyncEvent): SyncPhase {
  return transitions[phase][event]
}
