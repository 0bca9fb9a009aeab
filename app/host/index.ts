export * from './content-security.ts'
export * from './host-bridge.ts'
export * from './host-port.ts'
