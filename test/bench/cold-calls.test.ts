import { behaviours, type Load, simulateWaits } from "../../bench/cold-calls";

const seed = 20_261_129;
const daily: Load = { name: "10 a day", daily: 10, together: 1 };
const cells = behaviours.map((behaviour) => ({ ...behaviour, behaviour }));

it.each(cells)("keepWarm cuts cold starts to a tenth and waits to a fifth: idle $idle s, life $life s, late $late s", ({ behaviour }) => {
  const before = simulateWaits(daily, behaviour, { keepWarm: false, days: 200, seed });
  const after = simulateWaits(daily, behaviour, { keepWarm: true, days: 200, seed });
  expect(after.signUps).toBe(before.signUps);
  expect(after.cold / before.cold).toBeLessThanOrEqual(0.1);
  expect(after.meanWait / before.meanWait).toBeLessThanOrEqual(0.2);
});

const steady = { idle: 600, life: 28_800, late: 0 };

it("two simultaneous people start an environment each, with or without keepWarm", () => {
  const pairs = { name: "pairs", daily: 5, together: 2 };
  const after = simulateWaits(pairs, { ...steady, life: 1e9 }, { keepWarm: true, days: 200, seed });
  expect(after.cold).toBeGreaterThan(0);
});

it("calls are never cold, but mostly stale, if keepWarm is on and environments live long enough", () => {
  const { signUps, cold, stale } = simulateWaits(daily, { ...steady, life: 1e9 }, { keepWarm: true, days: 50, seed });
  expect(cold).toBe(0);
  expect(stale).toBeGreaterThan(signUps / 2);
});

it("warming has no effect if environments end before the next warming call", () => {
  const short = { idle: 120, life: 28_800, late: 0 };
  const [before, after] = [false, true].map((keepWarm) => simulateWaits(daily, short, { keepWarm, days: 50, seed }));
  expect((after?.cold ?? 0) / (before?.cold ?? 1)).toBeGreaterThan(0.4);
});
