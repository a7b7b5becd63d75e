// Writes ioctls.csv, syscalls.csv and errnos.csv from the kernel's UAPI headers; README.md says how to call it.
// The names come from the preprocessor and the values from the compiler: only the exceptions below are typed by hand.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [include, internalErrno] = process.argv.slice(2)
if (!include) throw new Error('usage: node generate.mjs <usr/include of linux-libc-dev> [<include/linux/errno.h>]')
const folders = 'asm asm-generic cxl drm fwctl linux misc mtd rdma regulator scsi sound video xen'.split(' ')

// The ABIs, all compiled by an x86 gcc: 32-bit Arm aligns 64-bit members to 8 bytes, i386 to 4.
const i386 = ['-m32']
const arm = ['-m32', '-malign-double', '-D__ARM_EABI__']
const time64 = ['-D_TIME_BITS=64', '-D_FILE_OFFSET_BITS=64']
const variants = [
  { bits: 64, triplet: 'x86_64-linux-gnu', flags: [] },
  { bits: 64, triplet: 'aarch64-linux-gnu', flags: [] },
  { bits: 64, triplet: 'riscv64-linux-gnu', flags: ['-D__riscv_xlen=64'] },
  { bits: 32, triplet: 'i386-linux-gnu', flags: i386 },
  { bits: 32, triplet: 'i386-linux-gnu', flags: [...i386, ...time64] },
  { bits: 32, triplet: 'arm-linux-gnueabihf', flags: arm },
  { bits: 32, triplet: 'arm-linux-gnueabihf', flags: [...arm, ...time64] },
]
const arches = Object.fromEntries(variants.map((variant) => [variant.triplet.split('-')[0], variant]))
arches.loongarch64 = { triplet: 'loongarch64-linux-gnu', flags: [] }
arches.powerpc64le = { triplet: 'powerpc64le-linux-gnu', flags: ['-D__powerpc64__'] }
arches.s390x = { triplet: 's390x-linux-gnu', flags: ['-D__s390x__'] }

// Requests that predate _IOC are bare numbers: the headers that hold them, and their type byte.
const bare = `asm-generic/ioctls.h:54 asm-generic/sockios.h:89 asm/ioctls.h:54 asm/sockios.h:89 linux/cdrom.h:53
  linux/fb.h:46 linux/hdreg.h:03 linux/i2c-dev.h:07 linux/kd.h:4b linux/loop.h:4c linux/lp.h:06 linux/sockios.h:54
  linux/sockios.h:89 linux/vt.h:56 linux/wireless.h:8b`.split(/\s+/)
// Macros whose parameter is part of the number: one row for each constant with this prefix.
const numbered = { EVIOCGABS: 'ABS_', EVIOCSABS: 'ABS_', EVIOCGBIT: 'EV_' }
// Encoded like requests, but none: the limits of ranges, and binder's commands inside BINDER_WRITE_READ.
const notRequests = /(FIRST|LAST)(PRIV)?$|^_?IO[RWC]*(_BAD)?$|^B[CR]_/
// What a header uses and does not include.
const needs = {
  'asm-generic/ioctls.h': ['asm/termbits.h', 'linux/serial.h'],
  'linux/fs.h': ['linux/blktrace_api.h', 'linux/fiemap.h'],
  'linux/ivtvfb.h': ['linux/videodev2.h'],
  'linux/ppdev.h': ['sys/time.h'],
  'linux/ppp-ioctl.h': ['linux/filter.h'],
  'linux/raid/md_u.h': ['linux/major.h'],
  'linux/sonet.h': ['linux/atmioc.h'],
  'misc/xilinx_sdfec.h': ['stdbool.h'],
}

const scratch = mkdtempSync(join(tmpdir(), 'uapi-'))
mkdirSync(join(scratch, 'gnu'))
writeFileSync(join(scratch, 'gnu/stubs-32.h'), '') // lets the C library's headers pass -m32 without its 32-bit package
const libc = join('/usr/include', execFileSync('gcc', ['-print-multiarch'], { encoding: 'utf8' }).trim())
const reported = new Set()
/** Tells once what was left out; true, so that the caller can go on in the same expression. */
function report(text) {
  if (!reported.has(text)) console.error(text)
  reported.add(text)
  return true
}

function gcc({ triplet, flags }, args, source) {
  const paths = [join(include, triplet), include, scratch].map((path) => `-I${path}`)
  const options = ['-xc', '-w', '-ftrack-macro-expansion=0', ...flags, ...paths, '-idirafter', libc, ...args, '-']
  return spawnSync('gcc', options, { input: source, encoding: 'utf8', maxBuffer: 1 << 28 })
}

/** The lines of preprocessed text that come from the header itself, not from those it includes. */
function linesOf(variant, header, text) {
  const own = [join(include, header), join(include, variant.triplet, header)]
  let inside = false
  return text.split('\n').filter((line) => {
    const marker = /^# \d+ "(.*?)"/.exec(line)
    if (marker) inside = own.includes(marker[1])
    return inside && !marker
  })
}

/** Expressions -> their values as unsigned 32-bit numbers; those that do not compile are left out and reported. */
function valuesOf(variant, prelude, expressions) {
  const lines = expressions.map((e) => `asm volatile("@value ${e} %c0" :: "i"((unsigned)(${e})));`)
  const first = prelude.split('\n').length + 2
  for (;;) {
    const { stdout, stderr } = gcc(variant, ['-S', '-o-'], `${prelude}\nvoid f(void) {\n${lines.join('\n')}\n}\n`)
    const values = [...stdout.matchAll(/@value (.*) (-?\d+)$/gm)].map((m) => [m[1], Number(m[2]) >>> 0])
    if (values.length > 0 || !lines.some(Boolean)) return new Map(values)
    const wrong = [...stderr.matchAll(/^<stdin>:(\d+):.*error: (.*)$/gm)].filter((m) => lines[m[1] - first])
    if (wrong.length === 0) return report(`${variant.triplet}: ${prelude}\n${stderr}`) && new Map()
    for (const [, line, why] of wrong) {
      report(`${variant.triplet.split('-')[0]}: left out ${expressions[line - first]}: ${why}`)
      lines[line - first] = ''
    }
  }
}

/** The arguments of an expansion that is one `IOC__(...)` and nothing else, or undefined. */
function iocArguments(expansion) {
  const [, start, text] = /^([\s(]*IOC__\()(.*)$/.exec(expansion) ?? []
  if (!start) return undefined
  const parts = ['']
  let depth = 1
  let at = 0
  for (; at < text.length && depth > 0; at++) {
    depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0
    if (depth === 1 && text[at] === ',') parts.push('')
    else parts[parts.length - 1] += text[at]
  }
  return /^[\s)]*$/.test(text.slice(at)) ? parts : undefined
}

/** What the header defines as a request: { name, value, variable } each. */
function requestsOf(variant, header) {
  const includes = ['sys/types.h', 'linux/ioctl.h', ...(needs[header] ?? [])].map((h) => `#include <${h}>`).join('\n')
  const prelude = `${includes}\n#include <${header}>`
  const definitions = gcc(variant, ['-E', '-dD'], prelude).stdout
  const constants = [...definitions.matchAll(/^#define ((?:ABS|EV)_\w+) /gm)].map((m) => m[1])
  const macros = new Map()
  for (const line of linesOf(variant, header, definitions)) {
    const [, name, parameters = ''] = /^#define (\w+)(\([\w, ]*\))?/.exec(line) ?? []
    if (name && !notRequests.test(name)) macros.set(name, parameters)
  }
  const redefined = `${includes}\n#undef _IOC\n#define _IOC(d, t, n, s) IOC__(d, t, n, s)\n#include <${header}>`
  const probes = [...macros].map(([name, parameters]) => `"@${name}" ${name}${parameters.replace(/\w+/g, 'PARAM__')}`)
  const expanded = gcc(variant, ['-E'], `${redefined}\n${probes.join('\n')}\n`).stdout
  const found = new Map() // expression -> is its size variable
  for (const [, name] of linesOf(variant, header, expanded)
    .join('\n')
    .matchAll(/(\w+)\s*=[\s(]*IOC__\(/g))
    if (!notRequests.test(name)) found.set(name, false) // an enumerator
  for (const [, name, expansion] of expanded.matchAll(/^"@(\w+)" (.*)$/gm)) {
    const [, type] = /^\(*0x(..)..\)*$/.exec(expansion.toLowerCase()) ?? []
    if (type && bare.includes(`${header}:${type}`)) found.set(name, false)
    const where = iocArguments(expansion)?.map((part) => part.includes('PARAM__'))
    if (!where) continue
    if (numbered[name]) {
      for (const constant of constants)
        if (constant.startsWith(numbered[name]) && !/_(MAX|CNT|VERSION)$/.test(constant))
          found.set(`${name}(${constant}${where[3] ? ', 0' : ''})`, where[3])
    } else if (!where.slice(0, 3).includes(true)) found.set(name + macros.get(name).replace(/\w+/g, '0'), where[3])
  }
  const values = found.size > 0 ? valuesOf(variant, prelude, [...found.keys()]) : []
  return [...values].map(([e, value]) => ({ name: e.replace(/\(0\)|, 0/, ''), value, variable: found.get(e) }))
}

function headersOf({ triplet }) {
  const list = (folder) => {
    const root = join(include, folder === 'asm' ? triplet : '', folder)
    const names = existsSync(root) ? readdirSync(root, { recursive: true }).filter((name) => name.endsWith('.h')) : []
    const holds = (name) => bare.join().includes(`${folder}/${name}:`) || /_IO/.test(readFileSync(join(root, name)))
    return names.filter(holds).map((name) => `${folder}/${name}`)
  }
  return folders.flatMap(list).sort()
}

function ioctls() {
  const rows = new Map()
  for (const variant of variants)
    for (const header of headersOf(variant))
      for (const { name, value, variable } of requestsOf(variant, header)) {
        const [number, type, size] = [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0x3fff]
        const owned = header.startsWith('drm/') && type === 0x64 && number >= 0x40 && number < 0xa0
        const character = String.fromCharCode(type)
        const row = {
          request: value,
          hex: `0x${value.toString(16).padStart(8, '0')}`,
          name,
          direction: ['none', 'write', 'read', 'readwrite'][value >>> 30],
          size: variable ? '' : size,
          type: /[!-~]/.test(character) ? character : `0x${type.toString(16).padStart(2, '0')}`,
          number,
          driver: owned ? header.replace(/^drm\/|_(drm|accel)\.h$/g, '') : '',
          bits: variant.bits,
          variable,
          header,
        }
        const known = rows.get([value, name, row.driver].join())
        if (!known) rows.set([value, name, row.driver].join(), row)
        else if (known.bits !== variant.bits) known.bits = ''
      }
  const order = (a, b) => a.request - b.request || (`${a.header} ${a.name}` < `${b.header} ${b.name}` ? -1 : 1)
  return [...rows.values()].sort(order)
}

function syscalls() {
  const prelude = '#include <asm/unistd.h>'
  return Object.entries(arches).flatMap(([arch, variant]) => {
    // A macro that stands for another one's number is a second name of the same call.
    const macros = gcc(variant, ['-E', '-dM'], prelude).stdout.matchAll(
      /^#define (__(ARM_)?NR_[a-z]\w*) (?!__NR_[a-z])/gm,
    )
    const names = [...macros].map((m) => m[1]).filter((name) => !/NR_(syscalls|arch_specific_syscall)$/.test(name))
    const rows = [...valuesOf(variant, prelude, names)].map(([name, number]) => ({ arch, number, name }))
    return rows.map((row) => ({ ...row, name: row.name.replace(/^.*?NR_/, '') })).sort((a, b) => a.number - b.number)
  })
}

function errnos() {
  const files = [join(include, 'asm-generic/errno-base.h'), join(include, 'asm-generic/errno.h'), internalErrno]
  const text = files.map((file) => (file ? readFileSync(file, 'utf8') : '')).join('\n')
  const defines = text.matchAll(/^#define\s+(E\w+)\s+(\d+)[ \t]*(?:\/\*\s*(.*?)\s*\*\/)?/gm)
  return [...defines].map(([, name, number, description = '']) => ({ number, name, description }))
}

for (const [file, rows] of Object.entries({ ioctls: ioctls(), syscalls: syscalls(), errnos: errnos() })) {
  const cell = (value) => (/[,"]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : value)
  const lines = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row).map(cell))].map((row) => row.join(','))
  writeFileSync(join(import.meta.dirname, `${file}.csv`), `${lines.join('\n')}\n`)
  console.error(`${file}.csv: ${rows.length} rows`)
}
rmSync(scratch, { recursive: true })
