/** C's binary operators. */

/** How tightly each binds; all bind to the left. */
export const PRECEDENCE: Record<string, number> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '>': 7,
  '<=': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
}
/** Their result is an int. */
export const COMPARING = new Set(['==', '!=', '<', '>', '<=', '>=', '&&', '||'])
/** Their result has the type of the left side. */
export const SHIFTING = new Set(['<<', '>>'])
