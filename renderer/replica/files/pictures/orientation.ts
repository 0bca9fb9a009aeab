// Which way up a picture is: the one thing that is kept of what a camera says (Exif 2.32, TIFF 6.0 tag 274).

const ORIENTATION = 0x0112
const TIFF_AT = 6
const ENTRY = 12

/** 2 to 8 of the payload of an Exif segment; null where it is none, says none, or the picture is upright. */
export function orientationIn(payload: Uint8Array): number | null {
  if (new TextDecoder('latin1').decode(payload.subarray(0, TIFF_AT)) !== 'Exif\0\0') return null
  const view = new DataView(payload.buffer, payload.byteOffset + TIFF_AT, payload.byteLength - TIFF_AT)
  if (view.byteLength < 8) return null
  const isLittle = view.getUint16(0) === 0x4949
  const directory = view.getUint32(4, isLittle)
  if (directory + 2 > view.byteLength) return null
  const entries = view.getUint16(directory, isLittle)
  for (let entry = 0; entry < entries; entry += 1) {
    const at = directory + 2 + entry * ENTRY
    if (at + ENTRY > view.byteLength) return null
    if (view.getUint16(at, isLittle) !== ORIENTATION) continue
    const value = view.getUint16(at + 8, isLittle)
    return value >= 2 && value <= 8 ? value : null
  }
  return null
}

/** A whole APP1 segment that says the orientation and nothing else. */
export function orientationSegment(orientation: number): Uint8Array<ArrayBuffer> {
  const exif = [0x45, 0x78, 0x69, 0x66, 0, 0]
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8]
  const entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
  const body = [...exif, ...tiff, 0, 1, ...entry, 0, 0, 0, 0]
  return Uint8Array.from([0xff, 0xe1, 0, body.length + 2, ...body])
}
