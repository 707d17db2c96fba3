/**
 * How often a property is tried: `usual` times, `inCi` times where `CI` is set, and `TEST_RUNS` times as often where that is
 * set: `TEST_RUNS=10 npm test`.
 */
export function runs(usual: number, inCi: number): number {
  return (process.env.CI ? inCi : usual) * Number(process.env.TEST_RUNS ?? 1);
}
