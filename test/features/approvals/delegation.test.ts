import { type Delegation, findDelegates, isDelegationTime, isOwnDelegate, listDelegationsTo } from "../../../features/approvals/delegation";
import { NOW } from "../../engine/sign-up/people";
import { DAY, later } from "./requests";

const bot = "arn:aws:sts::111111111111:assumed-role/Bot";
const until = later(DAY).toISOString();
const from = (who: string, to: string): Delegation => ({ from: who, to, until });

it.each([
  ["another address", ["kim@contoso.com"], "lee@contoso.com", false],
  ["their own address", ["kim@fabrikam.example", "kim@contoso.com"], "kim@contoso.com", true],
  ["a +tag of it", ["kim@contoso.com"], "kim+boss@contoso.com", true],
  ["a role that is named like it", ["arn:kim@contoso.com"], "arn:kim@contoso.com", false],
])("a delegation to the approver's own address is recognised, and no other: %s", (_, own, to, expected) =>
  expect(isOwnDelegate(own, to)).toBe(expected),
);

it.each([
  ["no time at all", later(0), undefined, false],
  ["a moment", later(1), undefined, true],
  // NOW is the 1st of March, at 12:00 UTC.
  ["the ninetieth day from today, to its end", new Date("2026-05-31T00:00:00Z"), "UTC", true],
  ["longer than that day", new Date("2026-05-31T00:00:00.001Z"), "UTC", false],
  ["the ninetieth day to its end, on a clock that is ahead", new Date("2026-05-30T15:00:00Z"), "Asia/Seoul", true],
  ["longer than that day, on a clock that is ahead", new Date("2026-05-30T15:00:00.001Z"), "Asia/Seoul", false],
  ["the ninetieth day to its end, on a clock that is put forward", new Date("2026-05-31T07:00:00Z"), "America/Los_Angeles", true],
  ["longer than that day, on a clock that is put forward", new Date("2026-05-31T07:00:00.001Z"), "America/Los_Angeles", false],
])("a delegation may last until the end of the ninetieth day: %s", (_, until, zone, expected) =>
  expect(isDelegationTime(until, NOW, zone)).toBe(expected),
);

it("a delegate's approvers are found by mailboxes or ARN, and exclude the delegate", () => {
  const given = [
    from("kim@contoso.com", "lee.min@googlemail.com"),
    from("ida@contoso.com", `${bot}/session`),
    from("mina@contoso.com", "ann@contoso.com"),
    from("leemin@gmail.com", "leemin@gmail.com"),
    from("jae@contoso.com", "arn:aws:sts::111111111111:assumed-role/Other"),
  ];
  const by = (mailboxes: readonly string[], arn?: string) => listDelegationsTo(given, new Set(mailboxes), arn).map((each) => each.from);
  expect(by(["leemin@gmail.com"])).toEqual(["kim@contoso.com"]);
  expect(by([], `${bot}/another`)).toEqual(["ida@contoso.com"]);
  expect(by(["leemin@gmail.com"], bot)).toEqual(["kim@contoso.com", "ida@contoso.com"]);
  expect(by([`${bot}/session`])).toEqual([]);
  expect(by([])).toEqual([]);
});

it("mail goes once to each delegate of the asked approvers, but not to the delegates' delegates", () => {
  const given = [
    from("kim@contoso.com", "lee@contoso.com"),
    from("mina@contoso.com", "lee@contoso.com"),
    from("kim@contoso.com", bot),
    from("kim@contoso.com", "mina@contoso.com"),
    from("lee@contoso.com", "ida@contoso.com"),
    from("jaepark@gmail.com", "ann@contoso.com"),
  ];
  expect(findDelegates(given, ["kim@contoso.com", "mina@contoso.com"])).toEqual(["lee@contoso.com"]);
  expect(findDelegates(given, ["kim@contoso.com"])).toEqual(["lee@contoso.com", "mina@contoso.com"]);
  expect(findDelegates(given, ["jae.park@googlemail.com"])).toEqual(["ann@contoso.com"]);
  expect(findDelegates(given, [])).toEqual([]);
});
