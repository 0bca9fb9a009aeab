/** The SHA-256 of a file, as 64 hexadecimal digits. Nothing of the file leaves this computer. */
export async function hashOf(file: Blob): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
