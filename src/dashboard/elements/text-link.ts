/** How a link in running text or in a table looks. */
export const TEXT_LINK = 'font-medium text-accent-ink hover:underline'
