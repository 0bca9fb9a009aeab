/** Set by the build (build/vite/renderer.config.ts). */
interface ImportMetaEnv {
  readonly VITE_ROUNDS_VERSION: string
}
