/** Kernel symbols of a recording, by address. */

export interface SymbolMatch {
  readonly name: string
  /** How far behind the symbol's beginning the address lies. */
  readonly offset: number
  readonly module: string | undefined
}

export interface Symbols {
  /** The symbol that an address lies in; undefined below the first and beyond the last. */
  at(address: bigint): SymbolMatch | undefined
  readonly count: number
}

const MAX_REMEMBERED = 20_000

/**
 * Reads the text of /proc/kallsyms (`ffffffff810011c0 t name\t[module]`) when the first address is asked for.
 * Left out as libtraceevent does: ARM's mapping symbols `$a`, and absolute ones. Source: tep_parse_kallsyms().
 */
export function symbolsOf(kallsyms: string): Symbols {
  let table: Table | undefined
  const remembered = new Map<bigint, SymbolMatch | undefined>()
  const open = (): Table => {
    table ??= parseKallsyms(kallsyms)
    return table
  }
  return {
    get count() {
      return open().count
    },
    at(address) {
      if (remembered.has(address)) return remembered.get(address)
      const match = find(open(), kallsyms, address)
      if (remembered.size >= MAX_REMEMBERED) remembered.clear()
      remembered.set(address, match)
      return match
    },
  }
}

interface Table {
  readonly count: number
  /** Sorted addresses, and where each symbol's name begins in the text. */
  readonly addresses: BigUint64Array
  readonly names: Uint32Array
}

function parseKallsyms(text: string): Table {
  const addresses: bigint[] = []
  const names: number[] = []
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    const space = text.indexOf(' ', at)
    if (space > at && space + 3 < end && space - at <= 16) {
      const type = text[space + 1]
      const digits = text.slice(at, space)
      if (type !== 'A' && type !== 'a' && text[space + 3] !== '$' && /^[0-9a-f]+$/i.test(digits)) {
        addresses.push(BigInt(`0x${digits}`))
        names.push(space + 3)
      }
    }
    at = end + 1
  }
  // Last in the file first among equal addresses: the order in which libtraceevent finds aliases.
  const high = Uint32Array.from(addresses, (address) => Number(address >> 32n))
  const low = Uint32Array.from(addresses, (address) => Number(address & 0xffff_ffffn))
  const order = Uint32Array.from(addresses, (_, i) => i)
  order.sort((a, b) => high[a]! - high[b]! || low[a]! - low[b]! || b - a)
  return {
    count: order.length,
    addresses: BigUint64Array.from(order, (i) => addresses[i] as bigint),
    names: Uint32Array.from(order, (i) => names[i] as number),
  }
}

/** Binary search as bsearch(3) does it, so that of several names for one address the same is chosen. Source: func_bcmp(). */
function find({ addresses, names, count }: Table, text: string, address: bigint): SymbolMatch | undefined {
  let from = 0
  let to = count
  while (from < to) {
    const middle = (from + to) >>> 1
    const start = addresses[middle] as bigint
    const next = addresses[middle + 1] ?? 0n
    if (start === address || (address > start && address < next)) {
      const [, name = '', module] =
        /(\S+)(?:\t\[([^\]\n]*))?/y.exec(text.slice(names[middle], names[middle]! + 600)) ?? []
      return { name, offset: Number(address - start), module }
    }
    if (address < start) to = middle
    else from = middle + 1
  }
  return undefined
}
