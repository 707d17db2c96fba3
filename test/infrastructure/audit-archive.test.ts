import { App } from "aws-cdk-lib";
import { type AuditArchiveOptions, checkedArchive } from "../../lib/audit/audit-archive-options";
import { servedLocally } from "../../lib/served-locally";

it.each<[object, string]>([
  [{ keepDays: 0 }, "auditArchive.keepDays is 0"],
  [{ keepDays: 1.5 }, "auditArchive.keepDays is 1.5"],
  [{}, "auditArchive.keepDays is undefined"],
  [{ keepDays: 30, lock: "legal" }, 'auditArchive.lock is "legal"'],
])("an archive of %j is refused", (options, says) => {
  expect(() => checkedArchive(options as AuditArchiveOptions)).toThrow(says);
});

it("an archive can be unlocked by whoever may, unless it says otherwise", () => {
  expect(checkedArchive({ keepDays: 30 })).toEqual({ keepDays: 30, lock: "governance" });
  expect(checkedArchive({ keepDays: 30, lock: "compliance" }).lock).toBe("compliance");
});

it("npm start has no archive", () => {
  const app = new App({ context: { console: "local" } });
  expect(servedLocally(app, { policy: "policy", auditArchive: { keepDays: 30 } }).auditArchive).toBeUndefined();
});
