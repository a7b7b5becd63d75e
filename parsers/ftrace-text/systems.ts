/** The ftrace system of an event's name: the text of a recording does not have it. */
import { KERNEL_EVENTS } from '../../src/kernel-events.ts'
import { eventSchema } from '../../src/schema.ts'

/** Where events go whose system is not known. */
export const UNKNOWN_SYSTEM = 'ftrace_text'

/**
 * Systems of events whose name does not begin with it, or begins with another one's (include/trace/events/ and
 * kernel/trace/trace_entries.h of Linux 6.12).
 */
const BY_NAME: Record<string, string> = {
  ...Object.fromEntries(KERNEL_EVENTS.map((spec) => [spec.name, spec.schema])),
  ...of('ftrace', 'bprint bputs context_switch funcgraph_entry funcgraph_exit function hwlat kernel_stack'),
  ...of('ftrace', 'mmiotrace_map mmiotrace_rw osnoise print raw_data timerlat user_stack wakeup'),
  ...of('power', 'clock_disable clock_enable clock_set_rate cpu_frequency cpu_frequency_limits cpu_idle'),
  ...of('power', 'device_pm_callback_end device_pm_callback_start dev_pm_qos_add_request suspend_resume'),
  ...of('power', 'pstate_sample wakeup_source_activate wakeup_source_deactivate powernv_throttle'),
  ...of('thermal', 'cdev_update'),
  ...of('timer', 'tick_stop itimer_expire itimer_state'),
  ...of('raw_syscalls', 'sys_enter sys_exit'),
  ...of('exceptions', 'page_fault_kernel page_fault_user'),
  ...of('kmem', 'kmalloc kfree kmem_cache_alloc kmem_cache_free mm_page_alloc mm_page_free rss_stat'),
  ...of('i915', 'intel_gpu_freq_change'),
  ...of('sync', 'sync_pt sync_timeline sync_wait'),
  ...of('preemptirq', 'irq_disable irq_enable'),
  ...of('powerpc', 'irq_entry irq_exit timer_interrupt_entry timer_interrupt_exit'),
  ...of('osnoise', 'irq_noise softirq_noise'),
  ...of('gpu_scheduler', 'drm_run_job'),
  ...of('i2c_slave', 'i2c_slave'),
  ...of('kvmmmu', 'kvm_tdp_mmu_spte_changed'),
  ...of('thermal_power_allocator', 'thermal_power_actor'),
}

/** Systems by the beginning of the name, the longer before the shorter. */
const BY_PREFIX: readonly (readonly [prefix: string, system: string])[] = [
  ['sys_enter_', 'syscalls'],
  ['sys_exit_', 'syscalls'],
  ['dma_fence_', 'dma_fence'],
  ['thermal_power_allocator', 'thermal_power_allocator'],
  ['drm_sched_', 'gpu_scheduler'],
  ['hrtimer_', 'timer'],
  ['softirq_', 'irq'],
  ['tasklet_', 'irq'],
  ['netif_', 'net'],
  ['net_', 'net'],
  ['mm_filemap_', 'filemap'],
  ['mm_vmscan_', 'vmscan'],
  ['mm_shrink_slab_', 'vmscan'],
  ['mm_compaction_', 'compaction'],
  ['mm_collapse_huge_page', 'huge_memory'],
  ['mm_khugepaged_', 'huge_memory'],
  ['mm_lru_', 'pagemap'],
  ['mm_migrate_', 'migrate'],
  ['mm_', 'kmem'],
  ['irq_matrix_', 'irq_matrix'],
  ['irq_work_', 'irq_vectors'],
  ['thermal_apic_', 'irq_vectors'],
  ['sched_ext_', 'sched_ext'],
  ['vb2_v4l2_', 'v4l2'],
  ['kvm_mmu_', 'kvmmmu'],
  ['amdgpu_dc_', 'amdgpu_dm'],
  ['amdgpu_dm_', 'amdgpu_dm'],
  ['xhci_', 'xhci-hcd'],
  ...['sched', 'drm', 'vb2', 'v4l2', 'irq', 'timer', 'task', 'thermal', 'workqueue', 'binder', 'ext4', 'f2fs'].map(
    same,
  ),
  ...['block', 'i915', 'signal', 'rcu', 'writeback', 'regulator', 'i2c', 'spi', 'mmc', 'ipi', 'kvm', 'amdgpu'].map(
    same,
  ),
  ...['xe', 'host1x', 'fence', 'skb', 'tcp', 'cgroup', 'cma', 'gpio', 'rpm'].map(same),
]

function of(system: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, system]))
}

function same(system: string): [string, string] {
  return [`${system}_`, system]
}

/** The schema of an event's table. */
export const schemaOf = (name: string): string => eventSchema(systemOf(name) ?? UNKNOWN_SYSTEM)

/** Whether an event of that name is known. */
export const isKnownEvent = (name: string): boolean => systemOf(name) !== undefined

const systemOf = (name: string): string | undefined =>
  Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : BY_PREFIX.find(([prefix]) => name.startsWith(prefix))?.[1]
