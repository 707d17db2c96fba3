import { isDown, UpstreamError } from "../../../engine/sign-up/failure";
import type { UpstreamFailure } from "../../../engine/sign-up/service";

const by = (failure: Omit<UpstreamFailure, "service">) => new UpstreamError({ service: "crm", ...failure });

describe("a system", () => {
  it.each<Omit<UpstreamFailure, "service">>([
    { kind: "timeout" },
    { kind: "connection" },
    { kind: "failed", status: 502 },
    { kind: "failed", status: 503 },
    { kind: "failed", status: 504 },
  ])("counts as down after %j", (failure) => expect(isDown(by(failure))).toBe(true));

  it.each<Omit<UpstreamFailure, "service">>([
    { kind: "unauthorised", status: 401 },
    { kind: "unauthorised", status: 403 },
    { kind: "throttled", status: 429 },
    { kind: "failed", status: 500 },
    { kind: "failed", status: 404 },
    { kind: "failed" },
    { kind: "unreadable", status: 200, came: "HTML" },
    { kind: "unexpected", status: 200, at: "status" },
    { kind: "unexpected", status: 503 },
    { kind: "too-large" },
    { kind: "secret" },
  ])("does not count as down after %j, as it answered or the gate was at fault", (failure) => expect(isDown(by(failure))).toBe(false));

  it.each([new Error("timeout"), { failure: { kind: "timeout" } }, undefined])(
    "does not count as down after %p, which is no failed call",
    (error) => expect(isDown(error)).toBe(false),
  );
});
