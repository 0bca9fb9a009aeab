// Whom the intake is compared with.

export const storeNames = ['sqlite', 'postgres'] as const
export type StoreName = (typeof storeNames)[number]

/** `raw`: the codec and an append with group commit, the limit of this machine. `echo`: loopback alone. */
export const peerNames = ['raw', 'echo', 'node-hl7-server'] as const
export type PeerName = (typeof peerNames)[number]

export const listenerNames = [...storeNames, ...peerNames] as const
export type ListenerName = StoreName | PeerName
