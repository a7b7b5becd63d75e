/** A log of strace, and the same compressed. */
import { spawnSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'

export const LOG = Buffer.from(
  Array.from({ length: 200 }, (_, i) => `486   1700000000.${String(i).padStart(6, '0')} read(3, "", 64) = 0\n`).join(
    '',
  ),
)

/** What `xz -9e` and `zstd -19` made of it. */
const XZ =
  '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4CJfANtdABoOAxOtHBboeId6Vu1GQxHLSSiV/3o1Jrwj/A8OCPHYEk7GEKyR7jWh1knkrc/IbL9DXYSvejZgPzIveAAIXtLRbUUjIBlhYa85JF3YZp1Na3P+bOa52e4mRiAozpyO7lRBT3Sy4BmpnJlQyimbrLFDr4aokmEP4mpCtMTntgIxQjcUFJl0QQFyxaBb8VBzpRPhbkeiCyzQXPNSmHw7CEXYggs6GjlRwNTjeqCKrWk5BysRWnSYvjp3FBydfJPYaljLRavhP+8dRBX3YSWFJeZZWGPLXaw2BJAAAAAA5JB3/dIGOp0AAfcB4EQAAOiwTlexxGf7AgAAAAAEWVo='
const ZSTD =
  'KLUv/QRojQgA5tAmErAZG9hEScAgsntzy1gTmE5wICUAIAAfANTEszqNO008q9O4buJZncYFGhwBcQsKQQgKGhJEWYIaPQdBYPhndRoXm3hWp3GviWd1GteaeFancauJZ3Ua9008q9O4ATTunXhWp3HJiWd1GneceFance3EszqNWyee1WncbGK2bdtuOvGsTuOiE8/qNO458axO45oTz+o0bjnxrB6AyqgRgOs6ewfgmbYDEkgQQBD4RxBAEPzX+AMBAMxMBOkACfBIIADgRAJAAAyAAA4CAADOCQQA8AES4IFAAMCJBIAAGAABHAQAAJwTCADgAyTAA4EAgBMJAAEwAAI4CAAAOCcQAMAHSGADn3tPmgaEU6AG3+Hz5Q=='

export const PACKED: readonly (readonly [name: 'gzip' | 'xz' | 'zstd', bytes: Buffer])[] = [
  ['gzip', gzipSync(LOG)],
  ['xz', Buffer.from(XZ, 'base64')],
  ['zstd', Buffer.from(ZSTD, 'base64')],
]

/** Compresses by the command of that name; undefined where it is not installed. */
export function pack(command: string, bytes: Uint8Array, ...options: string[]): Buffer | undefined {
  const { status, stdout } = spawnSync(command, ['-c', ...options], { input: bytes, maxBuffer: 1 << 30 })
  return status === 0 ? stdout : undefined
}
