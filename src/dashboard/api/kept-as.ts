/**
 * How long a page of a list is kept once it is left: an older one is not. They would pile up for as long as somebody pages
 * on, and come back from the server as fast as they came first.
 */
export const keptAs = (cursor: string | undefined): { gcTime?: number } => (cursor ? { gcTime: 0 } : {})
