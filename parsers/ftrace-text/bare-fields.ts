/**
 * Fields that the kernel prints as `key=%x`, in hexadecimal without 0x: of `10` nothing else tells that it is 16. From the
 * print formats of Linux 4.x to 6.18 (events/SYSTEM/EVENT/format); the events that the queries read are in formats.ts.
 */
const FIELDS: Readonly<Record<string, string>> = {
  'a f': 'i2c_read i2c_reply i2c_write',
  'a f c': 'smbus_read smbus_reply smbus_result smbus_write',
  'active childmask migrator': 'tmigr_group_set_cpu_active tmigr_group_set_cpu_inactive',
  addr: 'mm_khugepaged_collapse_file',
  'addr pmd': 'remove_migration_pmd set_migration_pmd',
  'addr pte': 'remove_migration_pte set_migration_pte',
  addr3: 'io_uring_req_failed',
  call_site: 'kfree kmalloc kmalloc_node kmem_cache_alloc kmem_cache_alloc_node kmem_cache_free',
  'child_active group_active': 'tmigr_update_events',
  csum: 'get_mapping_status mptcp_sendmsg_frag',
  'dev_addr dma_mask': 'swiotlb_bounced',
  dma_addr:
    'dma_alloc dma_alloc_pages dma_alloc_sgt_err dma_free dma_free_pages dma_map_phys dma_sync_single_for_cpu dma_sync_single_for_device dma_unmap_phys',
  phys_addr: 'dma_map_phys',
  flags: 'bpf_map_create',
  'flags state': 'rpc_task_begin rpc_task_complete rpc_task_run_action rpc_task_sleep rpc_task_wakeup',
  groupmask: 'tmigr_connect_child_parent tmigr_connect_cpu_parent',
  ino: 'mm_filemap_fault mm_filemap_get_pages mm_filemap_map_pages page_cache_async_ra page_cache_ra_order page_cache_ra_unbounded page_cache_sync_ra',
  'numa_scan_offset vm_end vm_start': 'sched_skip_vma_numa',
  pfn: 'cma_alloc cma_release',
  proto: 'rdev_crit_proto_start',
  reg: 'regmap_async_write_start regmap_hw_read_done regmap_hw_read_start regmap_hw_write_done regmap_hw_write_start',
  'reg val':
    'regmap_reg_read regmap_reg_read_cache regmap_reg_write snd_soc_preg_read snd_soc_preg_write snd_soc_reg_read snd_soc_reg_write',
  'sa_flags sa_handler': 'signal_deliver',
  sock_cookie: 'tcp_destroy_sock tcp_probe tcp_rcv_space_adjust tcp_rcvbuf_grow tcp_receive_reset',
}

const KNOWN = new Set(
  Object.entries(FIELDS).flatMap(([keys, events]) =>
    keys.split(' ').flatMap((key) => events.split(' ').map((event) => `${event} ${key}`)),
  ),
)

/** Whether this value of an event's field is a number in hexadecimal, with or without 0x. */
export const isBareField = (event: string, key: string, value: string): boolean =>
  KNOWN.has(`${event} ${key}`) && /^(0x)?[\da-f]{1,16}$/i.test(value)
