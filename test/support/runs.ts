/**
 * How often a property is tried: `usual` times with the same input each time, which is a regression test; and `searching`
 * times, at least five times as often, `TEST_RUNS` times over and with other input each time, where that is set:
 * `TEST_RUNS=1 npm test`.
 */
export function runs(usual: number, searching: number): number {
  const times = process.env.TEST_RUNS;
  return times === undefined ? usual : searching * Number(times);
}
