import { systemClock } from "../../../adapters/system";
import { standingStill } from "../../../local/cases/case-time";

it("a case stops only the policy's clock; time limits still follow the system's clock, even a faked one", () => {
  const moment = new Date("2026-01-02T03:04:05Z");
  standingStill(moment, () => {
    expect(Date.now()).toBe(moment.getTime());
    expect(systemClock.now()).toBeGreaterThan(moment.getTime());
  });
  vi.useFakeTimers({ now: moment });
  expect(systemClock.now()).toBe(moment.getTime());
});
