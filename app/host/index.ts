export * from './host-bridge.ts'
