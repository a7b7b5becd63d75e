/** The shell script of `tracealyze record`: POSIX sh, with a comment for every step that a reader may doubt. */
import type { WantedEvent } from './record-events.ts'
import { VERSION } from './version.ts'

export interface RecordOptions {
  readonly labels: readonly string[]
  readonly runs: number
  readonly seconds: number
  /** KiB of ring buffer of each CPU. */
  readonly buffer: number
  readonly process: string
}

/** A word of shell. */
export const shellWord = (text: string): string =>
  /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

export function recordScript(events: readonly WantedEvent[], options: RecordOptions): string {
  return `#!/bin/sh
# Records what the metrics of tracealyze ${VERSION} need, as LABEL.RUN.dat. Read it, then run it as root:
#
#     sudo sh record.sh [LABEL...]
#
# It writes only into the current folder, and leaves tracing as it found it. Runs whose file is there already are
# skipped: start it again after a reboot or an interrupt. What can be set: RUNS, FIRST (number of the first run),
# LENGTH (seconds), BUFFER (KiB for each CPU), PROCESS; WITH_STRACE=1 and WITH_PERF=1 add runs of their own, because
# both disturb what they measure: never compare them with the others.
set -eu

RUNS=\${RUNS:-${options.runs}}
FIRST=\${FIRST:-1}
LENGTH=\${LENGTH:-${options.seconds}}
BUFFER=\${BUFFER:-${options.buffer}}
${/[$`]/.test(options.process) ? '# shellcheck disable=SC2016 # the name is meant as it stands\n' : ''}PROCESS=\${PROCESS:-${shellWord(options.process)}}
WITH_STRACE=\${WITH_STRACE:-0}
WITH_PERF=\${WITH_PERF:-0}
if [ $# -eq 0 ]; then set -- ${options.labels.map(shellWord).join(' ')}; fi

# With several labels their runs alternate (A B, B A, ...), so that a drift of the machine falls on all of them.
# Put here what switches the machine to an arm: load a module, restart the compositor. A kernel needs a reboot:
# run the script with one label at a time then, with RUNS=1 and FIRST=1, 2, ...
switch_to() {
  printf 'Switch to "%s", start the workload, and press Enter: ' "$1" >/dev/tty
  read -r _ </dev/tty
}

# Events, and the metrics that are lost without each.
wanted_events() {
  cat <<'EVENTS'
${events.map((e) => [e.event, ...e.metrics].join(' ')).join('\n')}
EVENTS
}

say() { printf '%s\\n' "$*" >&2; }
fail() { say "record.sh: $*"; exit 1; }

${CHECKS}
${NOTES}
${RUNS}`
}

const CHECKS = `# ---- can it be recorded here?

[ "$(id -u)" -eq 0 ] || fail "tracing needs root: sudo sh $0 $*"
command -v trace-cmd >/dev/null || fail 'trace-cmd is not installed (Debian, Fedora: package trace-cmd)'
for folder in "\${TRACEFS:-/sys/kernel/tracing}" /sys/kernel/debug/tracing; do
  TRACEFS=$folder
  if [ -d "$folder/events" ]; then break; fi
done
[ -d "$TRACEFS/events" ] || fail 'tracefs is not mounted: mount -t tracefs nodev /sys/kernel/tracing'
[ "$(cat "$TRACEFS/current_tracer")" = nop ] || fail "another tracer is active ($(cat "$TRACEFS/current_tracer")): trace-cmd reset"
# mono is the clock of KWin's own frame log and of client logs; without it the recordings are joined with nothing.
CLOCK=mono
grep -qw mono "$TRACEFS/trace_clock" || { CLOCK=local; say 'this kernel has no clock mono: local is used'; }

EVENTS=
while read -r event metrics; do
  if [ -d "$TRACEFS/events/\${event%%:*}/\${event#*:}" ]; then
    EVENTS="$EVENTS -e $event"
  elif [ -n "$metrics" ]; then
    say "this kernel has no event $event: not measurable: $metrics"
  fi
done <<LIST
$(wanted_events)
LIST
[ -n "$EVENTS" ] || fail 'this kernel has none of the events (CONFIG_FTRACE_SYSCALLS, CONFIG_SCHED_TRACER)'

pid_of_process() { pidof -s "$PROCESS" 2>/dev/null || true; }
PID=$(pid_of_process)
if [ -z "$PID" ]; then
  say "no process $PROCESS runs now: start it before the measurement, or set PROCESS"
elif [ "$PROCESS" = kwin_wayland ]; then
  # KWin marks its paints in the trace with the first, and logs target and actual page flips with the second
  # ("kwin perf statistics OUTPUT.csv" in its home). Both must be in its environment when it starts.
  for switch in KWIN_PERF_FTRACE KWIN_LOG_PERFORMANCE_DATA; do
    tr '\\0' '\\n' <"/proc/$PID/environ" 2>/dev/null | grep -q "^$switch=1" ||
      say "KWin runs without $switch=1: systemctl --user edit plasma-kwin_wayland.service, [Service] Environment=$switch=1"
  done
fi
`

const NOTES = `# ---- facts for the method block: what a reader needs to judge the numbers

first_of() { for path in "$@"; do if [ -r "$path" ]; then tr -d '\\0' <"$path"; echo; return; fi; done; echo unknown; }
version_of() { if command -v "$1" >/dev/null; then "$@" 2>&1 | head -n 1; else echo 'not installed'; fi; }

write_notes() {
  {
    echo "label: $1"
    echo "date: $(date -u +%Y-%m-%dT%H:%M:%SZ)"
    echo "kernel: $(uname -srvm)"
    echo "command line: $(cat /proc/cmdline)"
    echo "board: $(first_of /sys/firmware/devicetree/base/model /sys/class/dmi/id/product_name)"
    echo "cpus: $(getconf _NPROCESSORS_ONLN)"
    echo "governor: $(cat /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor 2>/dev/null | sort | uniq -c | tr -s ' \\n' ' ')"
    for connector in /sys/class/drm/*-*/status; do
      if [ -r "$connector" ] && [ "$(cat "$connector")" = connected ]; then
        echo "panel: $(basename "$(dirname "$connector")") $(head -n 1 "$(dirname "$connector")/modes")"
      fi
    done
    echo "process: $PROCESS, pid $(pid_of_process), $(version_of "$PROCESS" --version)"
    echo "trace-cmd: $(trace-cmd --version 2>&1 | grep -m 1 version || echo unknown)"
    echo "strace: $(version_of strace -V)"
    echo "perf: $(version_of perf --version)"
    echo "clock: $CLOCK; buffer: $BUFFER KiB for each CPU; length: $LENGTH s"
    echo "events:$EVENTS"
    echo "content: (what was shown, by which client, at which rate)"
  } >"$1.notes.txt"
}
`

const RUNS = `# ---- the runs

CURRENT=
clean_up() {
  trap - INT TERM HUP EXIT
  if [ -n "$CURRENT" ]; then
    say "stopped: $CURRENT is not whole and is removed"
    trace-cmd reset >/dev/null 2>&1 || true
    rm -f "$CURRENT" "$CURRENT".cpu*
  fi
}
trap 'clean_up; exit 130' INT
trap 'clean_up; exit 143' TERM HUP
trap clean_up EXIT

# The files belong to whoever called sudo.
hand_over() { if [ -n "\${SUDO_UID:-}" ]; then chown "$SUDO_UID:\${SUDO_GID:-$SUDO_UID}" "$@"; fi; }

# record FILE COMMAND...: runs the command unless the file is there already.
record() {
  if [ -e "$1" ]; then say "$1 is there already: skipped"; return; fi
  CURRENT=$1
  shift
  say "$CURRENT: $LENGTH s"
  "$@" >/dev/null || fail "$CURRENT could not be recorded"
  hand_over "$CURRENT"
  CURRENT=
}

trace_run() {
  # shellcheck disable=SC2086 # EVENTS is a list of options
  record "$1.$2.dat" trace-cmd record -C "$CLOCK" -b "$BUFFER" $EVENTS -o "$1.$2.dat" sleep "$LENGTH"
}

strace_run() {
  PID=$(pid_of_process)
  [ -n "$PID" ] || fail "no process $PROCESS runs"
  record "$1-strace.$2.strace" interrupt_after strace -f -ttt -T -y -o "$1-strace.$2.strace" -p "$PID"
}

perf_run() {
  record "$1-perf.$2.data" perf record -q -a -g -F 999 -k mono -o "$1-perf.$2.data" sleep "$LENGTH"
}

# timeout says 124 when it ended the command, which is what is wanted here.
interrupt_after() { timeout -s INT "$LENGTH" "$@" || [ $? -eq 124 ]; }

order() {
  if [ $(($1 % 2)) -eq 1 ]; then shift; printf '%s\\n' "$@"; return; fi
  shift
  reversed=
  for label in "$@"; do reversed="$label
$reversed"; done
  printf '%s' "$reversed"
}

ARMS=$#
run=$FIRST
last=$((FIRST + RUNS - 1))
while [ "$run" -le "$last" ]; do
  for label in $(order "$run" "$@"); do
    if [ "$ARMS" -gt 1 ]; then switch_to "$label"; fi
    if [ ! -e "$label.notes.txt" ]; then write_notes "$label"; hand_over "$label.notes.txt"; fi
    trace_run "$label" "$run"
    if [ "$WITH_STRACE" = 1 ]; then strace_run "$label" "$run"; fi
    if [ "$WITH_PERF" = 1 ]; then perf_run "$label" "$run"; fi
  done
  run=$((run + 1))
done

say 'done. Next:'
for label in "$@"; do
  say "  tracealyze record --check $label.$FIRST.dat"
  say "  tracealyze ingest $label.[0-9]*.dat"
done
if [ "$ARMS" -gt 1 ]; then say "  tracealyze compare $1 $2"; fi
`
