/** Errors of the operating system, for people. */
import { TraceError } from './errors.ts'

const SYSTEM_ERRORS: Record<string, [message: string, hint: string]> = {
  ENOENT: ['no such file', 'check the path'],
  EACCES: ['permission denied', 'trace-cmd writes as root: sudo chown "$USER" the file, or copy it'],
  EPERM: ['not permitted', 'check who owns the file'],
  ENOSPC: ['no space left on the device', 'free some space, or set TMPDIR to a folder on a larger disk'],
  EDQUOT: ['the disk quota is used up', 'free some space, or set TMPDIR to a folder on a larger disk'],
  EMFILE: ['too many files are open', 'allow more: ulimit -n 65536'],
  EIO: ['the device reported a read error', 'copy the file to another disk'],
  EISDIR: ['is a directory, a recording was expected', 'name the files in it'],
}

/** An error of the operating system in words that help. */
export function systemError(error: unknown, file: string): TraceError {
  const { code = '', message } = error as NodeJS.ErrnoException
  const [text, hint] = SYSTEM_ERRORS[code] ?? [message, undefined]
  return new TraceError(text, hint === undefined ? { file } : { file, hint })
}
