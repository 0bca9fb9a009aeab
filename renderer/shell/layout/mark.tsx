import markUrl from '../../styles/mark.svg?no-inline'

/** The sign of the product. The name stands beside it, so it says nothing itself. */
export function Mark({ size }: { readonly size: number }) {
  return <img src={markUrl} width={size} height={size} alt="" />
}
