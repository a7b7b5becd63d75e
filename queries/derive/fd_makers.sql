-- System calls that return a new file descriptor. Those that write several into memory (pipe, socketpair) are not among them.
--
-- @view The same for every recording.
-- @column name Its name.
SELECT unnest(['open', 'openat', 'openat2', 'creat', 'socket', 'accept', 'accept4', 'dup', 'dup2', 'dup3', 'eventfd',
  'eventfd2', 'epoll_create', 'epoll_create1', 'timerfd_create', 'signalfd', 'signalfd4', 'inotify_init',
  'inotify_init1', 'memfd_create', 'memfd_secret', 'pidfd_open', 'pidfd_getfd', 'userfaultfd', 'perf_event_open',
  'fanotify_init', 'io_uring_setup', 'mq_open', 'open_tree', 'fsopen', 'fsmount', 'fspick', 'bpf',
  'open_by_handle_at', 'landlock_create_ruleset']) AS name
