import { settings } from '../settings.ts'

/** The name or logo of whoever runs this. */
export function Brand() {
  const { name, logo, logoDark } = settings.brand
  if (!logo) return <span className="text-base font-semibold tracking-tight">{name}</span>
  return (
    <>
      <img src={logo} alt={name} className="h-6 w-auto [[data-theme=dark]_&]:hidden" />
      <img src={logoDark ?? logo} alt={name} className="hidden h-6 w-auto [[data-theme=dark]_&]:block" />
    </>
  )
}
