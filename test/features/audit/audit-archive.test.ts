import { App } from "aws-cdk-lib";
import { assertOptions, servedLocally } from "../../../lib/gatehouse-options";

it.each<[object, string]>([
  [{ keepDays: 0 }, "auditArchive.keepDays is 0"],
  [{ keepDays: 1.5 }, "auditArchive.keepDays is 1.5"],
  [{}, "auditArchive.keepDays is missing"],
  [{ keepDays: 30, lock: "legal" }, 'auditArchive.lock is "legal"; it must be "governance" or "compliance".'],
])("%j is refused as an archive", (auditArchive, says) => {
  expect(() => assertOptions({ policy: "policy", auditArchive })).toThrow(says);
});

it("npm start has no archive", () => {
  const app = new App({ context: { console: "local" } });
  expect(servedLocally(app, { policy: "policy", auditArchive: { keepDays: 30 } }).auditArchive).toBeUndefined();
});
