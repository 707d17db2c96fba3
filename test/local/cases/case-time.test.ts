import { systemClock } from "../../../adapters/system";
import { standingStill } from "../../../local/cases/case-time";

it("a case stops the policy's clock, but not the system's clock, by which time limits are measured", () => {
  const moment = new Date("2026-01-02T03:04:05Z");
  standingStill(moment, () => {
    expect(Date.now()).toBe(moment.getTime());
    expect(systemClock.now()).toBeGreaterThan(moment.getTime());
  });
  vi.useFakeTimers({ now: moment });
  expect(systemClock.now()).toBe(moment.getTime());
});
