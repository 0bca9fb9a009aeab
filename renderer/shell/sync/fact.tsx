import classes from './sync-centre.module.css'

type FactProps = { readonly label: string; readonly value: string; readonly title?: string }

export function Fact({ label, value, title }: FactProps) {
  return (
    <div className={classes['fact']} title={title}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  )
}
