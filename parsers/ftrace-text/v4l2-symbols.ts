/** Symbols that the kernel prints for V4L2 buffers (include/trace/events/v4l2.h) and their numbers (videodev2.h). */

/** enum v4l2_buf_type. */
export const BUFFER_TYPES: Readonly<Record<string, number>> = {
  VIDEO_CAPTURE: 1,
  VIDEO_OUTPUT: 2,
  VIDEO_OVERLAY: 3,
  VBI_CAPTURE: 4,
  VBI_OUTPUT: 5,
  SLICED_VBI_CAPTURE: 6,
  SLICED_VBI_OUTPUT: 7,
  VIDEO_OUTPUT_OVERLAY: 8,
  VIDEO_CAPTURE_MPLANE: 9,
  VIDEO_OUTPUT_MPLANE: 10,
  SDR_CAPTURE: 11,
  SDR_OUTPUT: 12,
  META_CAPTURE: 13,
  META_OUTPUT: 14,
  PRIVATE: 0x80,
}

/** enum v4l2_field. */
export const BUFFER_FIELDS: Readonly<Record<string, number>> = {
  ANY: 0,
  NONE: 1,
  TOP: 2,
  BOTTOM: 3,
  INTERLACED: 4,
  SEQ_TB: 5,
  SEQ_BT: 6,
  ALTERNATE: 7,
  INTERLACED_TB: 8,
  INTERLACED_BT: 9,
}

/** V4L2_BUF_FLAG_*. */
export const BUFFER_FLAGS: Readonly<Record<string, number>> = {
  MAPPED: 0x1,
  QUEUED: 0x2,
  DONE: 0x4,
  KEYFRAME: 0x8,
  PFRAME: 0x10,
  BFRAME: 0x20,
  ERROR: 0x40,
  IN_REQUEST: 0x80,
  TIMECODE: 0x100,
  M2M_HOLD_CAPTURE_BUF: 0x200,
  PREPARED: 0x400,
  NO_CACHE_INVALIDATE: 0x800,
  NO_CACHE_CLEAN: 0x1000,
  TIMESTAMP_UNKNOWN: 0,
  TIMESTAMP_MONOTONIC: 0x2000,
  TIMESTAMP_COPY: 0x4000,
  REQUEST_FD: 0x800000,
  TSTAMP_SRC_EOF: 0,
  TSTAMP_SRC_SOE: 0x10000,
  LAST: 0x100000,
}
