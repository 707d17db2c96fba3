import { systemClock } from "../../../adapters/system";
import { standingStill } from "../../../local/cases/case-time";

it("a case's clock stops for the policy and not for its time limits, and follows a test's own time later", () => {
  const moment = new Date("2026-01-02T03:04:05Z");
  standingStill(moment, () => {
    expect(Date.now()).toBe(moment.getTime());
    expect(systemClock.now()).toBeGreaterThan(moment.getTime());
  });
  vi.useFakeTimers({ now: moment });
  expect(systemClock.now()).toBe(moment.getTime());
});
