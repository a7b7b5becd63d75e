/** The reference tables against numbers that are known from elsewhere, and against themselves. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const folder = join(import.meta.dirname, '../../queries/reference')

/** Rows of a CSV file as objects; no field holds a line break. */
function table(name: string): Record<string, string>[] {
  const [header = [], ...rows] = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').map(cells)
  return rows.map((row) => Object.fromEntries(header.map((column, i) => [column, row[i] ?? ''])))
}

const cells = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => m[1]?.replaceAll('""', '"') ?? m[2] ?? '')

const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, '0')}`

const ioctls = table('ioctls.csv')
const syscalls = table('syscalls.csv')
const errnos = table('errnos.csv')

describe('ioctls.csv', () => {
  // From shared knowledge of strace and of the recordings, all of 64-bit machines.
  test.each([
    [0xc0086202, 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE'],
    [0x40086203, 'DMA_BUF_IOCTL_IMPORT_SYNC_FILE'],
    [0x40086200, 'DMA_BUF_IOCTL_SYNC'],
    [0xc0303e03, 'SYNC_IOC_MERGE'],
    [0xc0383e04, 'SYNC_IOC_FILE_INFO'],
    [0x40103e05, 'SYNC_IOC_SET_DEADLINE'],
    [0xc03864bc, 'DRM_IOCTL_MODE_ATOMIC'],
    [0xc01864cf, 'DRM_IOCTL_SYNCOBJ_EVENTFD'],
    [0xc01864cd, 'DRM_IOCTL_SYNCOBJ_TIMELINE_SIGNAL'],
    [0xc00c642d, 'DRM_IOCTL_PRIME_HANDLE_TO_FD'],
    [0xc00c642e, 'DRM_IOCTL_PRIME_FD_TO_HANDLE'],
    [0xc058560f, 'VIDIOC_QBUF'],
    [0xc0585611, 'VIDIOC_DQBUF'],
    [0x80044501, 'EVIOCGVERSION'],
    [0x80184540, 'EVIOCGABS(ABS_X)'],
    [0x40044590, 'EVIOCGRAB'],
    [0x5413, 'TIOCGWINSZ'],
    [0x541b, 'FIONREAD'],
    [0x5421, 'FIONBIO'],
  ])('%i is %s', (request, name) => {
    const rows = ioctls.filter((row) => row.name === name && row.bits !== '32')
    expect(rows.map((row) => row.hex)).toContain(hex(request))
  })

  test('hex is the request', () => {
    const wrong = ioctls.filter((row) => row.hex !== hex(Number(row.request)))
    expect(wrong).toEqual([])
  })

  test('direction, size, type and number are those that the request encodes', () => {
    const wrong = ioctls.filter((row) => {
      const request = Number(row.request)
      const type = (request >>> 8) & 0xff
      const shown = type > 0x20 && type < 0x7f ? String.fromCharCode(type) : `0x${hex(type).slice(-2)}`
      const size = row.variable === 'true' ? '' : String((request >>> 16) & 0x3fff)
      return (
        row.direction !== ['none', 'write', 'read', 'readwrite'][request >>> 30] ||
        row.size !== size ||
        row.type !== shown ||
        row.number !== String(request & 0xff)
      )
    })
    expect(wrong).toEqual([])
  })

  test('no row stands twice, and each is of 32 bits, of 64 bits or of both', () => {
    const keys = ioctls.map((row) => `${row.request} ${row.name} ${row.driver}`)
    expect(keys).toHaveLength(new Set(keys).size)
    expect(new Set(ioctls.map((row) => row.bits))).toEqual(new Set(['', '32', '64']))
  })

  test('a request with a driver has one name; drivers own the numbers 0x40 to 0x9f of type d', () => {
    const owned = ioctls.filter((row) => row.driver !== '')
    const keys = owned.map((row) => `${row.request} ${row.driver} ${row.bits}`)
    expect(keys).toHaveLength(new Set(keys).size)
    const [first, last] = [Math.min, Math.max].map((pick) => pick(...owned.map((row) => Number(row.number))))
    expect([first! >= 0x40, last! < 0xa0, new Set(owned.map((row) => row.type))]).toEqual([true, true, new Set('d')])
  })

  // README.md, "One request, several names": only the file behind the descriptor tells them apart.
  test('of the graphics and video requests only these have several names', () => {
    const wanted = /^(drm\/drm|drm\/drm_mode|linux\/(dma-buf|dma-heap|sync_file|udmabuf|videodev2|media))\.h$/
    const groups = new Map<string, string[]>()
    for (const row of ioctls) {
      const key = `${row.request} ${row.driver} ${row.bits}`
      groups.set(key, [...(groups.get(key) ?? []), row.name!].sort())
    }
    const names = new Set(ioctls.filter((row) => wanted.test(row.header!)).map((row) => row.name!))
    const shared = [...groups.values()].filter((group) => group.length > 1 && group.some((name) => names.has(name)))
    const others = shared.filter((group) => !group.some((name) => name.startsWith('VIDIOC_SUBDEV_')))
    expect(others).toEqual([['BINDER_SET_IDLE_TIMEOUT', 'DMA_BUF_IOCTL_IMPORT_SYNC_FILE']])
  })
})

describe('syscalls.csv', () => {
  test.each([
    ['x86_64', 0, 'read'],
    ['x86_64', 16, 'ioctl'],
    ['x86_64', 271, 'ppoll'],
    ['aarch64', 29, 'ioctl'],
    ['riscv64', 29, 'ioctl'],
    ['loongarch64', 29, 'ioctl'],
    ['i386', 54, 'ioctl'],
    ['arm', 54, 'ioctl'],
    ['powerpc64le', 54, 'ioctl'],
    ['s390x', 54, 'ioctl'],
  ])('%s %i is %s', (arch, number, name) => {
    const rows = syscalls.filter((row) => row.arch === arch && row.number === String(number))
    expect(rows.map((row) => row.name)).toEqual([name])
  })

  test('a number of an architecture has one name', () => {
    const keys = syscalls.map((row) => `${row.arch} ${row.number}`)
    expect(keys).toHaveLength(new Set(keys).size)
  })
})

describe('errnos.csv', () => {
  const numberOf = (name: string) => errnos.filter((row) => row.name === name).map((row) => Number(row.number))

  test.each([
    [4, 'EINTR'],
    [11, 'EAGAIN'],
    [22, 'EINVAL'],
    [62, 'ETIME'],
    [110, 'ETIMEDOUT'],
    [512, 'ERESTARTSYS'],
    [515, 'ENOIOCTLCMD'],
    [516, 'ERESTART_RESTARTBLOCK'],
  ])('%i is %s', (number, name) => {
    expect(numberOf(name)).toEqual([number])
  })

  test('a number has one name', () => {
    const numbers = errnos.map((row) => row.number)
    expect(numbers).toHaveLength(new Set(numbers).size)
  })
})
