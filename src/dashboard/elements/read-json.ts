/** Reads what somebody typed as JSON. @returns the value, or what is wrong with it */
export function readJson(text: string): { value: unknown; fault?: undefined } | { fault: string } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { fault: `This is not JSON yet: ${error instanceof Error ? error.message : error}` }
  }
}
