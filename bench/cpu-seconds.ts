const MICROSECONDS = 1_000_000;

/** This process's processor time since it began, of all its threads. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROSECONDS;
}
