const TICK_MS = 5;

/**
 * Milliseconds since the call, less those in which this process got no turn: on a busy machine a test of a time limit fails for
 * the limit alone. For what waits, not for what computes.
 */
export function stopwatch(): () => number {
  const began = performance.now();
  let last = began;
  let stalled = 0;
  const look = () => {
    const now = performance.now();
    stalled += Math.max(0, now - last - TICK_MS - 1);
    last = now;
  };
  const timer = setInterval(look, TICK_MS).unref();
  return () => {
    clearInterval(timer);
    look();
    return last - began - stalled;
  };
}
