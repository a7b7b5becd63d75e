/** Names and values as SQL text. */

/** `"name"`, for any name that a recording may hold. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** `'text'` */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`
