-- What a thread did when it left the CPU: R runnable, S sleeping, D waiting for a device, I idle, Z dead.
--
-- The letters of the kernel's own event text, which are those of ps; R is a thread that was preempted.
--
-- @parameter prev_state The field of sched_switch.
CASE
  WHEN prev_state & 255 = 0 THEN 'R'
  WHEN prev_state & 1 <> 0 THEN 'S'
  WHEN prev_state & 2 <> 0 THEN 'D'
  WHEN prev_state & 4 <> 0 THEN 'T'
  WHEN prev_state & 8 <> 0 THEN 't'
  WHEN prev_state & 16 <> 0 THEN 'X'
  WHEN prev_state & 32 <> 0 THEN 'Z'
  WHEN prev_state & 64 <> 0 THEN 'P'
  WHEN prev_state & 128 <> 0 THEN 'I'
END
