import {
  type AccessResult,
  begin,
  changeSponsor,
  disable,
  extendAccess,
  letEnd,
  noteEvidence,
  remind,
  restoreAccess,
} from "../../../../features/accounts/change";
import { accountEvent } from "../../../../features/accounts/events";
import { personsMail, renewersMail } from "../../../../features/expiry/worker/access-mail";
import { arrived, day, rowOf } from "../../accounts/accounts";

const settings = {
  ownTexts: {},
  redirectUrl: "https://app.contoso.com/",
  approvers: ["it@contoso.com"],
  language: "en",
  place: "--stack Gatehouse --region eu-west-1",
};
const say = { by: { kind: "cli", name: "lee" } } as const;
const lone = { ...arrived(), locales: ["ko"] };
const row = rowOf(changeSponsor(lone, "mina@contoso.com", say, day(1)));
const disabling = rowOf(begin(row, "disabling", say, day(180)));
const disabled = rowOf(disable(disabling, day(210).toISOString(), day(180)));
const renewed = rowOf(extendAccess(disabled, day(400).toISOString(), say, day(190)));

const made = (...given: Parameters<typeof renewersMail>) => [personsMail(...given), renewersMail(...given)].flatMap((mail) => mail ?? []);

/** The mails of a change of a row. */
function mailsOf(before: typeof row, result: AccessResult) {
  const event = accountEvent(before, rowOf(result));
  return event?.type === "access.changed.v1" ? made(event.detail, settings) : undefined;
}

describe("mail about access that ends", () => {
  it("reminds the person in their language, and gives the sponsor the command that renews", () => {
    const mails = mailsOf(row, remind(row, 30, day(150), { days: 90 })) ?? [];
    expect(mails.map(({ to }) => to)).toEqual([["kim@contoso.com"], ["mina@contoso.com"]]);
    expect(mails[0]?.subject).toBe("액세스 기간이 곧 끝납니다");
    expect(mails[0]?.text).toContain("2026년 11월 28일");
    expect(mails[1]?.subject).toBe("Access of kim@contoso.com ends");
    expect(mails[1]?.text).toContain("expiry renew kim@contoso.com --days 90 --stack Gatehouse --region eu-west-1");
  });

  it.each([
    {
      reason: "idle" as const,
      reminder: ["오랫동안 로그인하지 않았습니다. 2026년 9월 4일", "has not signed in for a long time: access ends, or ended, on"],
      ended: ["오랫동안 로그인하지 않아", "has not signed in for a long time"],
    },
    {
      reason: "unredeemed" as const,
      reminder: [
        "아직 초대를 수락하지 않았습니다. 액세스 기간이 2026년 9월 4일",
        "has not accepted the invitation: access ends, or ended, on",
      ],
      ended: ["초대를 수락하지 않아", "has not accepted the invitation"],
    },
  ])("names an earlier end alone, and why it comes: $reason", ({ reason, reminder, ended }) => {
    const early = rowOf(noteEvidence(row, { earlier: { at: day(95).toISOString(), reason } }, day(65)));
    const reminded = remind(early, 30, day(65), { early: { notBefore: day(95).toISOString() } });
    const disabling = rowOf(begin(rowOf(reminded), "disabling", { ...say, note: reason }, day(95)));
    for (const [mails, texts] of [
      [mailsOf(early, reminded), reminder],
      [mailsOf(disabling, disable(disabling, undefined, day(95))), ended],
    ] as const) {
      for (const [index, text] of texts.entries()) expect(mails?.[index]?.text).toContain(text);
      expect(mails?.map(({ text }) => text).join()).not.toMatch(/11월 28일|28 November/);
    }
  });

  it("of the day of lasts names that day, while an earlier end is not known to stand", () => {
    const early = rowOf(noteEvidence(row, { earlier: { at: day(95).toISOString(), reason: "idle" } }, day(65)));
    expect(mailsOf(early, remind(early, 30, day(150)))?.[0]?.text).toContain("2026년 11월 28일");
  });

  it("goes to the approvers if nobody answers for the person or the policy asks for it", () => {
    expect(mailsOf(lone, remind(lone, 30, day(150)))?.map(({ to }) => to)).toEqual([["kim@contoso.com"], ["it@contoso.com"]]);
    const theirs = { ...row, renew: "approvers" as const };
    expect(mailsOf(theirs, remind(theirs, 30, day(150)))?.[1]?.to).toEqual(["it@contoso.com"]);
  });

  it("goes to nobody but the person if nobody may renew, and offers them no renewal", () => {
    const last = { ...row, renew: "nobody" as const };
    const mails = mailsOf(last, remind(last, 30, day(150)));
    expect(mails?.map(({ to }) => to)).toEqual([["kim@contoso.com"]]);
    expect(mails?.[0]?.text).not.toMatch(/expiry renew|console\.contoso\.com/);
  });

  it.each(["mina_fabrikam.com#ext#@contoso.onmicrosoft.com", "mina_fabrikam.com_ext_@contoso.com"])(
    "goes to the approvers if the sponsor is a guest's user name: %s",
    (sponsor) => {
      const guests = rowOf(changeSponsor(lone, sponsor, say, day(1)));
      expect(mailsOf(guests, remind(guests, 30, day(150)))?.[1]?.to).toEqual(["it@contoso.com"]);
    },
  );

  it.each([
    ["the console", "https://console.contoso.com/approvals/requests/{id}", true],
    ["another system that decides on requests", "https://desk.contoso.com/requests/{id}", false],
  ])("links the sponsor to the console, but never the person, if requests are decided there: in %s: %s, %s", (_, consoleUrl, leads) => {
    const links = (before: typeof row) => {
      const event = accountEvent(before, rowOf(remind(before, 30, day(150))));
      const mails = event?.type === "access.changed.v1" ? made(event.detail, { ...settings, consoleUrl }) : [];
      return mails.map(({ text }) => text.includes("https://console.contoso.com/asked"));
    };
    expect(links(row)).toEqual([false, leads]);
    expect(links(lone)).toEqual([false, false]);
  });

  it("stops for a sponsor who lets access end, until the end's date changes or another sponsor follows", () => {
    const left = rowOf(letEnd(row, say, day(151)));
    expect(mailsOf(left, remind(left, 7, day(173)))?.map(({ to }) => to)).toEqual([["kim@contoso.com"]]);
    const extended = rowOf(extendAccess(left, day(300).toISOString(), say, day(160)));
    expect(mailsOf(extended, remind(extended, 30, day(270)))?.map(({ to }) => to)).toEqual([["kim@contoso.com"], ["mina@contoso.com"]]);
    const other = rowOf(changeSponsor(left, "lee@contoso.com", say, day(160)));
    expect(mailsOf(other, remind(other, 7, day(173)))?.map(({ to }) => to)).toEqual([["kim@contoso.com"], ["lee@contoso.com"]]);
  });

  it("reports at the end that the account is disabled, and when it is deleted", () => {
    const [mail] = mailsOf(disabling, disable(disabling, day(210).toISOString(), day(180))) ?? [];
    expect(mail?.subject).toBe("액세스 기간이 끝났습니다");
    expect(mail?.text).toContain("2026년 12월 28일");
    const [other] = mailsOf(disabling, disable(disabling, undefined, day(180))) ?? [];
    expect(other?.text).not.toContain("삭제");
  });

  it("reports only to the person that they can sign in again", () => {
    expect(mailsOf(renewed, restoreAccess(renewed, day(190)))?.map(({ to }) => to)).toEqual([["kim@contoso.com"]]);
  });

  it.each([["an extension", mailsOf(row, extendAccess(row, day(400).toISOString(), say, day(1)))]])("is not sent for %s", (_, mails) =>
    expect(mails).toEqual([]),
  );

  it("is not sent for an intermediate step", () => {
    expect(mailsOf(row, begin(row, "disabling", say, day(180)))).toBeUndefined();
  });
});
