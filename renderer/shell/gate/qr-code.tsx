import { encode } from 'uqr'
import classes from './gate.module.css'

/** Light modules around it that a reader needs (ISO/IEC 18004, 6.3.8). */
const QUIET = 4

/** A text as a QR code, drawn as one path: no style stands in the markup. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET })
  const path = data
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('')
  return (
    <svg className={classes.qr} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} className={classes.qrPaper} />
      <path d={path} className={classes.qrInk} shapeRendering="crispEdges" />
    </svg>
  )
}
