/**
 * What is made once for each object that it is made of, and kept as long as that object lives.
 * @param make called once for each
 */
export function remembered<Of extends object, Made>(make: (of: Of) => Made): (of: Of) => Made {
  const all = new WeakMap<Of, { made: Made }>()
  return (of) => {
    const known = all.get(of)
    if (known) return known.made
    const made = make(of)
    all.set(of, { made })
    return made
  }
}
