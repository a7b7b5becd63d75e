-- Depth of the pool: buffers of a videobuf2 queue at each flip, by who holds them.
--
-- One row per flip, queue and holder while the queue was in use: with the driver, done (waiting for the client), or with
-- the client and whom it gave them to. v4l2_pool has every change. A driver that holds 0 starves (driver_starved).
--
-- @detail only with --full
-- @needs v4l2_pool frames
-- @events vb2:vb2_buf_queue vb2:vb2_buf_done drm:drm_vblank_event_delivered|ftrace:print|syscalls:sys_enter_ioctl|raw_syscalls:sys_enter
-- @value buffers count none Buffers that it held at the flip.
-- @by holder driver, done, or client (and compositor).
SELECT f.capture, f.ts, NULL::INTEGER AS tid, h.holder, h.buffers
FROM (
  SELECT q.capture, q.owner, q.type, f.ts FROM frames AS f
  JOIN (SELECT DISTINCT capture, owner, type FROM v4l2_pool) AS q ON q.capture = f.capture
) AS f
ASOF JOIN v4l2_pool AS p ON p.capture = f.capture AND p.owner = f.owner AND p.type = f.type AND p.ts <= f.ts
CROSS JOIN LATERAL (
  VALUES ('driver', p.driver), ('done', p.done), ('client (and compositor)', p.client)
) AS h(holder, buffers)
WHERE p.dur IS NOT NULL
