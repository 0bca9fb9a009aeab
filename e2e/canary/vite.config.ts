import { fileURLToPath } from 'node:url'
import { defineConfig, mergeConfig } from 'vite'
import bareClient from '../bare-client/vite.config.ts'

// The control: the same page, in which AES-GCM is put out of force in every realm, workers included, before anything
// else runs. What it writes lies readable on the disk, and the search must find all of it. The product has no such
// switch: nothing of this is in its sources or its bundles.

const cipherOff = `{
  const subtle = SubtleCrypto.prototype;
  const bytesOf = (data) => ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
  subtle.encrypt = async (_algorithm, _key, data) => { const sealed = new Uint8Array(data.byteLength + 16); sealed.set(bytesOf(data)); return sealed.buffer; };
  subtle.decrypt = async (_algorithm, _key, data) => bytesOf(data).slice(0, -16).buffer;
}`

export default mergeConfig(
  bareClient,
  defineConfig({
    worker: { rollupOptions: { output: { banner: cipherOff } } },
    build: {
      outDir: fileURLToPath(new URL('../../dist/bare-client-clear', import.meta.url)),
      rollupOptions: { output: { banner: cipherOff } },
    },
  }),
)
