import { type LimitReached, limitProcessorTime } from "../../../local/policies/job-threads";

/** Which limit is reached, once it is. */
const reachedBy = (limitMs: number, clockMs?: number) =>
  new Promise<LimitReached>((resolve) => limitProcessorTime(limitMs, resolve, clockMs));

afterEach(() => vi.restoreAllMocks());

/** @param share of the processor that this process gets */
function onMachine(share: number) {
  const begun = performance.now();
  vi.spyOn(process, "cpuUsage").mockImplementation((before = { user: 0, system: 0 }) => ({
    user: (performance.now() - begun) * 1_000 * share - before.user,
    system: 0,
  }));
}

it.each([
  { given: "work that never pauses", share: 1, clockMs: 60_000, reached: "processor" },
  { given: "work on a machine that is busy with something else", share: 0.3, clockMs: 60_000, reached: "processor" },
  { given: "work that only waits", share: 0, clockMs: 600, reached: "clock" },
])("$given ends at the limit of the $reached", async ({ share, clockMs, reached }) => {
  onMachine(share);
  const begun = performance.now();
  expect(await reachedBy(300, clockMs)).toBe(reached);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(reached === "clock" ? clockMs : 300 / share);
});

it("processor time beyond the elapsed time does not count, because other threads used it", async () => {
  onMachine(20);
  const begun = performance.now();
  await reachedBy(300);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(300);
});
