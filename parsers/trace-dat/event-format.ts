/**
 * The text of tracefs `events/<system>/<event>/format`: which fields an event has and where they lie in its record.
 *
 *     name: sched_wakeup
 *     ID: 318
 *     format:
 *             field:unsigned short common_type;       offset:0;       size:2; signed:0;
 *             ...
 *             field:char comm[16];    offset:8;       size:16;        signed:0;
 *             field:__data_loc char[] name;   offset:24;      size:4; signed:0;
 *
 *     print fmt: "comm=%s ...", REC->comm, ...
 *
 * Source: kernel/trace/trace_events.c, f_show() (6.12); include/trace/stages/stage4_event_fields.h for the types.
 */

export interface Field {
  readonly name: string
  /** The C type without name, array and `__data_loc`: `unsigned int`, `char`, `struct foo *`. */
  readonly type: string
  readonly offset: number
  readonly size: number
  readonly signed: boolean
  /** Declared as an array; `length` is the number in brackets, 0 for `[]`, undefined if it is no plain number. */
  readonly array: boolean
  readonly length: number | undefined
  /** Where a dynamic array lies: `data` counts from the record's start, `rel` from behind the field. */
  readonly dynamic: 'data' | 'rel' | undefined
}

export interface EventFormat {
  readonly system: string
  readonly name: string
  readonly id: number
  /** Every field, the common ones first. */
  readonly fields: readonly Field[]
  /** What stands after `print fmt:`, as it is in the file. */
  readonly printFormat: string
}

const MAX_FIELDS = 512
/** Records keep the id in an unsigned short, common_type. */
export const MAX_ID = 0xffff
/** The longest declaration of a field, and the longest name. */
const MAX_LINE = 4096

/** Parses one format text. Returns undefined where there is no name or no id, or a line that no kernel writes. */
export function parseEventFormat(system: string, text: string): EventFormat | undefined {
  const name = /^name:[ \t]*(\S+)/m.exec(text)?.[1]
  const id = /^ID:[ \t]*(\d+)/m.exec(text)?.[1]
  if (!name || !id || name.length > MAX_LINE || Number(id) > MAX_ID) return undefined
  const print = text.indexOf('print fmt:')
  const fields: Field[] = []
  for (const line of (print < 0 ? text : text.slice(0, print)).split('\n')) {
    if (line.length > MAX_LINE) return undefined
    const field = parseField(line)
    if (field && fields.length < MAX_FIELDS) fields.push(field)
  }
  const printFormat = print < 0 ? '' : text.slice(print + 'print fmt:'.length).trim()
  return { system, name, id: Number(id), fields, printFormat }
}

// field:unsigned long args[6];  offset:16;  size:48;  signed:0;
const FIELD = /^\s*field(?: special)?:\s*(.*?);\s*offset:(\d+);\s*size:(\d+);(?:\s*signed:(\d+);)?/

export function parseField(line: string): Field | undefined {
  const match = FIELD.exec(line)
  if (!match) return undefined
  const [, declaration = '', offset, size, signed] = match
  const dynamic = /\b__data_loc\b/.test(declaration) ? 'data' : /\b__rel_loc\b/.test(declaration) ? 'rel' : undefined
  const plain = declaration.replace(/\b__(data|rel)_loc\b/g, ' ').trim()
  // The name is the last identifier outside brackets: `char comm[16]`, `char[] name`, `struct foo *bar`.
  const outside = plain.replace(/\[[^\]]*\]/g, (brackets) => ' '.repeat(brackets.length))
  const name = /([A-Za-z_$][\w$.]*)\s*$/.exec(outside)
  if (!name) return undefined
  const brackets = [...plain.matchAll(/\[([^\]]*)\]/g)].map(([, count = '']) => count.trim())
  return {
    name: name[1] as string,
    type: outside.slice(0, name.index).replace(/\s+/g, ' ').trim(),
    offset: Number(offset),
    size: Number(size),
    signed: signed === '1',
    array: brackets.length > 0 || dynamic !== undefined,
    length: brackets.length > 0 ? lengthOf(brackets) : undefined,
    dynamic,
  }
}

/** The elements of all dimensions together; 0 for `[]`. */
function lengthOf(brackets: readonly string[]): number | undefined {
  if (brackets.every((count) => count === '')) return 0
  return brackets.every((count) => /^\d+$/.test(count))
    ? brackets.reduce((n, count) => n * Number(count), 1)
    : undefined
}

/** `field: u64 timestamp; ...` lines of `events/header_page`: the offsets of timestamp, commit and data in a page. */
export interface PageLayout {
  readonly commitOffset: number
  readonly commitSize: 4 | 8
  readonly dataOffset: number
}

/** Reads header_page; falls back to what the kernel has always had: u64 timestamp, long commit, data. */
export function parsePageLayout(headerPage: string, longSize: 4 | 8): PageLayout {
  const fields = headerPage.split('\n').map((line) => parseField(line.slice(0, MAX_LINE)))
  const commit = fields.find((f) => f?.name === 'commit')
  const data = fields.find((f) => f?.name === 'data')
  const commitSize = commit && (commit.size === 4 || commit.size === 8) ? commit.size : longSize
  return {
    commitOffset: commit?.offset ?? 8,
    commitSize,
    dataOffset: data?.offset ?? 8 + commitSize,
  }
}
