/** Making a brand's colour readable, whatever it is. Source: WCAG 2.2, relative luminance and contrast ratio. */

type Rgb = [red: number, green: number, blue: number]

const LEAST_CONTRAST = 4.5

/** Black or white, whichever is easier to read on a colour. Both are `#rrggbb`. */
export function textOn(color: string): string {
  return contrast(parse(color), [255, 255, 255]) >= contrast(parse(color), [0, 0, 0]) ? '#ffffff' : '#000000'
}

/** The colour, made darker or lighter until it can be read on a ground. Both are `#rrggbb`. */
export function readableOn(ground: string, color: string): string {
  const under = parse(ground)
  const end: Rgb = luminance(under) > 0.5 ? [0, 0, 0] : [255, 255, 255]
  let shade = parse(color)
  while (contrast(shade, under) < LEAST_CONTRAST) shade = towards(shade, end)
  return `#${shade.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

const parse = (color: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as Rgb

/** A twentieth of the way, and never nothing. */
function towards(from: Rgb, to: Rgb): Rgb {
  return from.map((part, index) => {
    const step = (to[index]! - part) / 20
    return Math.max(0, Math.min(255, Math.round(part + Math.sign(step) * Math.max(1, Math.abs(step)))))
  }) as Rgb
}

function contrast(one: Rgb, other: Rgb): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
