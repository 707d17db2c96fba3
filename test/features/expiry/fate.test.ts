import type { LiveAccount } from "../../../engine/directory-account";
import type { AccountRow } from "../../../features/accounts/account";
import type { AccessDue } from "../../../features/expiry/due";
import { type AccessFate, decideNextStep, type LeftAlone } from "../../../features/expiry/fate";
import { day, disabled, disabling, row } from "../accounts/accounts";

const live: LiveAccount = {
  id: row.id,
  createdDateTime: row.letInAt,
  accountEnabled: true,
  addresses: ["kim@elsewhere.example", row.email],
  hasRole: false,
  isColleague: false,
};
const off = { accountEnabled: false };
const leave = (why: LeftAlone): AccessFate => ({ kind: "leave", why });
const minutes = (count: number) => new Date(day(0).getTime() + count * 60_000).toISOString();
const lettered = { ...row, id: "abcdef00-0000-4000-8000-000000000001" };

it.each<[string, AccountRow, AccessDue["kind"] | "enable", Partial<LiveAccount> | undefined, AccessFate]>([
  ["mails the reminder of an account that is enabled", row, "remind", {}, { kind: "act" }],
  ["mails no reminder of one that somebody disabled", row, "remind", off, leave("disabled-elsewhere")],
  ["reminds somebody with a role", row, "remind", { hasRole: true }, { kind: "act" }],
  ["disables an account that is enabled", row, "disable", {}, { kind: "act" }],
  ["leaves one that somebody else disabled", row, "disable", off, leave("disabled-elsewhere")],
  ["has disabled one that it set out to disable", disabling, "disable", off, { kind: "done" }],
  ["deletes one that is disabled", disabled, "delete", off, { kind: "act" }],
  ["does not delete one that somebody enabled", disabled, "delete", {}, { kind: "reopened" }],
  ["enables one that is disabled", disabled, "enable", off, { kind: "act" }],
  ["has enabled one that is enabled", disabled, "enable", {}, { kind: "done" }],
  ["finds one that was deleted gone", row, "disable", undefined, { kind: "gone" }],
  ["leaves a colleague", row, "disable", { isColleague: true }, leave("colleague")],
  ["mails no reminder to a colleague", row, "remind", { isColleague: true }, leave("colleague")],
  ["enables a colleague", disabled, "enable", { isColleague: true, ...off }, { kind: "act" }],
  ["does not disable somebody with a role", row, "disable", { hasRole: true }, leave("role")],
  ["does not delete somebody with a role", disabled, "delete", { hasRole: true, ...off }, leave("role")],
  ["enables somebody with a role", disabled, "enable", { hasRole: true, ...off }, { kind: "act" }],
  ["leaves an account that is another address's by now", row, "disable", { addresses: ["kim@elsewhere.example"] }, leave("other-address")],
  ["leaves another account", row, "disable", { id: "00000000-0000-4000-8000-000000000002" }, leave("other-address")],
  ["knows an object id in other letters", lettered, "disable", { id: lettered.id.toUpperCase() }, { kind: "act" }],
  ["knows the row's id in other letters", { ...lettered, id: lettered.id.toUpperCase() }, "disable", { id: lettered.id }, { kind: "act" }],
  ["takes one that was made five minutes before by Entra's clock", row, "disable", { createdDateTime: minutes(-5) }, { kind: "act" }],
  ["leaves an older one", row, "disable", { createdDateTime: new Date(day(0).getTime() - 300_001).toISOString() }, leave("older")],
  ["leaves one whose age it cannot read", row, "disable", { createdDateTime: "" }, leave("older")],
])("the worker's decision on an account: %s", (_, of, due, as, fate) =>
  expect(decideNextStep(of, due, as && { ...live, id: of.id, ...as })).toEqual(fate),
);
