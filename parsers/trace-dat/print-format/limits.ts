/** What one record may become, whatever its file says. */

/** The longest text of a record. */
export const MAX_TEXT = 64 * 1024

/** How many characters a width or precision can ask for. */
export const MAX_WIDTH = 1024

/** The longest print format that is parsed; the kernel's longest have some kilobytes. */
export const MAX_PRINT_FORMAT = 1024 * 1024
